$Body = @{
    # Telling Azure AD we're requesting a new JWT
    grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    # Telling Azure AD we're using the on-behalf-of flow
    requested_token_use = 'on_behalf_of'
    # The client id of the app, must be in scope of the first token
    # Replace this with the client id of your own app
    client_id = '01655182-8172-41df-9ff9-bfe27fdd0451'
    # The client secret of the app requesting a new token
    # Replace this with the client secret of your own app
    client_secret = 'wRb8Q~WiHguAqRNqdyQ~EVSDDAmI1s2GOSKnWbtj'
    # The token retrieved in the previous step
    assertion = $Result.access_token
    # The scopes requested for the second token
    scope = 'https://graph.microsoft.com/.default'
}
# Specifying tenant endpoint as "organizations"
Invoke-RestMethod 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token' -Method POST -Body $Body
