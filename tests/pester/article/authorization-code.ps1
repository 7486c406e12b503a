$Body = @{
    # Telling Azure AD that we're using the auth code flow
    grant_type = 'authorization_code'
    # Client id must be the same as requested for the auth code
    # Example below is for Azure PowerShell
    client_id = '1950a258-227b-4e31-a9cf-717495945fc2'
    # If our client application is confidential, we also need client secret
    # client_secret = 'abcdef123456'
    # Scopes must be the scopes requested for the auth code, or a subset
    scope = 'https://graph.microsoft.com/.default offline_access openid'
    # The code from the browser in the previous step
    code = '0.FpRLdsfaTZUV9gMYjM8UJSZWPRWSluuKoOnnnyTV5GQ4...'
    # Redirect uri must be the same as for the auth code
    redirect_uri = 'http://localhost:1337/'
}
# Specifying tenant endpoint as "common"
Invoke-RestMethod 'https://login.microsoftonline.com/common/oauth2/v2.0/token' -Method POST -Body $Body
