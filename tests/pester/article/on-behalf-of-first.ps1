$Body = @{
    # Telling Azure AD that we're using the auth code flow
    grant_type = 'authorization_code'
    # Client id here is a public client registered for this example
    client_id = '01655182-8172-41df-9ff9-bfe27fdd0451'
    # Specifying the default scope of the app, which won't include Graph
    scope = '01655182-8172-41df-9ff9-bfe27fdd0451/.default'
    # The code from the browser in the previous step
    code = '0.lXXZxZBTPe4g9YMAbXWeT6v...'
    # Public redirect uri registered in the app, same as previous step
    redirect_uri = 'http://localhost/pipehow-auth-response'
}
# Specifying tenant endpoint as "organizations"
$Result = Invoke-RestMethod 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token' -Method POST -Body $Body
Write-Output $Result
