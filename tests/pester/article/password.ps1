$Body = @{
    # Telling Azure AD that we're using the password grant flow
    grant_type = 'password'
    # Client id below is for Azure PowerShell
    client_id = '1950a258-227b-4e31-a9cf-717495945fc2'
    # User credentials are specified in plaintext
    username = '[email protected]'
    password = 'S3cr3tPassw0rd'
    # A space-separated list of scopes requested
    scope = 'https://graph.microsoft.com/.default offline_access'
}
# Specifying tenant endpoint as "organizations"
Invoke-RestMethod "https://login.microsoftonline.com/organizations/oauth2/v2.0/token" -Method POST -Body $Body
