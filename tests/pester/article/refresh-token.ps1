$Body = @{
    # Telling Azure AD that we're using the refresh token flow
    grant_type = 'refresh_token'
    # Client id must be the same as for the refresh token
    # Example below is for Azure PowerShell
    client_id = '1950a258-227b-4e31-a9cf-717495945fc2'
    # Scope is optional here, same scope as before is used if omitted
    # Must be same as requested for refresh token, or a subset
    scope = 'https://graph.microsoft.com/.default offline_access openid'
    # The refresh token to use
    refresh_token = '0.AQIAQlcOnozlzaRJYyo5YQkAlJ6L0quk...'
    # Redirect uri must be the same as for the auth code
    redirect_uri = 'http://localhost/pipehow-auth-response'
}
# Specifying tenant as "common"
Invoke-RestMethod 'https://login.microsoftonline.com/common/oauth2/v2.0/token' -Method POST -Body $Body
