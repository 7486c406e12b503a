# Prompt the user to log in using the code and url in the message
Write-Host $Response.message
$Body = @{
    # Telling Azure AD we're using the device code flow
    grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    # Client id must be the same as the devicecode request
    # The one below is for Azure PowerShell
    client_id = '1950a258-227b-4e31-a9cf-717495945fc2'
    # The device code from the previous response
    device_code = $Response.device_code
}
# Setup hashtable with parameters for splatting
$ParamsSplat = @{
    # Tenant endpoint must be the same as in the devicecode request, in this case "common"
    Uri = 'https://login.microsoftonline.com/common/oauth2/v2.0/token'
    Method = 'POST'
    Body = $Body
}
# Run this code at least once, and until user logs in, declines or the flow expires
do {
    try {
        # We expect this to fail and move us to catch block until user logs in
        $Result = Invoke-RestMethod @ParamsSplat
    }
    catch {
        # The error reason shows up as JSON
        $ErrorMessage = $_.ErrorDetails.Message | ConvertFrom-Json -ErrorAction SilentlyContinue
        # Output the error status
        Write-Error "Token not available, status is '$($ErrorMessage.error)'."
        # Wait for the number of seconds suggested in the original response
        Start-Sleep -Seconds $Response.interval
    }
} while ($null -eq $Result -and $ErrorMessage.error -eq 'authorization_pending')
# Output the result once user has logged in
Write-Output $Result
