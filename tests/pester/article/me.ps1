# Create a hashtable with parameters for splatting
$ParamsSplat = @{
    Uri = 'https://graph.microsoft.com/v1.0/me'
    Headers = @{
        Authorization = "Bearer $AccessToken"
    }
    Method = 'GET'
}
Invoke-RestMethod @ParamsSplat
