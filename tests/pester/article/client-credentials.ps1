$Body = @{
    # Telling Azure AD that we're using the client credentials flow
    grant_type = 'client_credentials'
    # Client id is the same as application id in Azure
    # Set this to the client id of your own app registration
    client_id = '01521322-6424-61af-8bc3-ab3253cba294'
    # The client secret created for the registered app
    # Set this to a client secret of your own app registration
    client_secret = 'HK_ub~xUMs5Ha~8zldTm8SwKe3sHewW6gDy4livX'
    # Scope must be "resource/.default" for this flow
    scope = 'https://graph.microsoft.com/.default'
}
# In this flow we must specify tenant endpoint by id
$Tenant = 'adbf1538-4291-4fa0-93bc-c35a52b46a51'
Invoke-RestMethod "https://login.microsoftonline.com/$Tenant/oauth2/v2.0/token" -Method POST -Body $Body
