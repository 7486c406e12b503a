$Body = @{
    # Client id below is for Azure PowerShell
    client_id = '1950a258-227b-4e31-a9cf-717495945fc2'
    # Default permissions for Graph, also getting refresh and id tokens
    scope = 'https://graph.microsoft.com/.default offline_access openid'
}
# Specifying tenant endpoint as "common", save response for next step
# Query parameter "mkt" allows us to specify culture code to localize the prompt message for the user
$Response = Invoke-RestMethod "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode?mkt=en-US" -Method POST -Body $Body
Write-Output $Response
