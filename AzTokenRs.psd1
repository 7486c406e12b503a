@{
    RootModule             = 'bin/AzTokenRs.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = 'e9e5f674-bbe2-4c46-92e3-aaa8b112666f'
    Author                 = 'The AzTokenRs authors'
    CompanyName            = 'The AzTokenRs authors'
    Copyright              = '(c) The AzTokenRs authors. MIT License.'
    Description            = 'Gets Microsoft Entra ID (Azure AD) tokens by every OAuth 2.0 grant, without managed dependencies that clash with other modules.'
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions   = @('Desktop', 'Core')
    CmdletsToExport        = @('Add-AzTokenEmulatorFault', 'Approve-AzTokenEmulatorSignIn', 'ConvertFrom-AzToken', 'Get-AzOpenIdConfiguration', 'Get-AzToken', 'Get-AzTokenEmulatorRequest', 'New-AzAuthorizationUri', 'New-AzClientAssertion', 'New-AzClientCredential', 'New-AzPkceChallenge', 'New-AzTokenEmulatorToken', 'Start-AzTokenEmulator', 'Stop-AzTokenEmulator', 'Test-AzToken')
    FunctionsToExport      = @()
    AliasesToExport        = @('ConvertFrom-Jwt')
    VariablesToExport      = @()
    PrivateData            = @{
        PSData = @{
            Tags       = @('Azure', 'AzureAD', 'Entra', 'EntraID', 'OAuth', 'OAuth2', 'OIDC', 'JWT', 'Token', 'Authentication', 'Graph', 'PSEdition_Desktop', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://github.com/aztokenrs/aztokenrs/blob/main/LICENSE'
            ProjectUri = 'https://github.com/aztokenrs/aztokenrs'
        }
    }
}
