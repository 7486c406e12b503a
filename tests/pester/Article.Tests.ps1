# The snippets of the article "OAuth 2.0 Fundamentals for Azure APIs", as written there: only the hosts are those of the emulator,
# and a reader's own values (the code from the browser, a refresh token, a user) stand in for the article's.

BeforeAll {
    $manifest = if ($env:AZTOKEN_MODULE) { $env:AZTOKEN_MODULE } else { Join-Path $PSScriptRoot '../../AzTokenRs.psd1' }
    Import-Module $manifest -Force
    $emulator = Start-AzTokenEmulator
    $user = $emulator.Users | Where-Object UserPrincipalName -EQ 'user@contoso.onmicrosoft.com'

    # A snippet's text. Each of the values must stand in it, so that the test notices when a snippet changes.
    function Get-Snippet([string] $Name, [hashtable] $With = @{}) {
        $text = Get-Content (Join-Path $PSScriptRoot "article/$Name") -Raw
        $text = $text.Replace('https://login.microsoftonline.com', $emulator.Authority)
        $text = $text.Replace('https://graph.microsoft.com/v1.0', $emulator.Graph)
        foreach ($value in $With.GetEnumerator()) {
            $text | Should -Match ([regex]::Escape($value.Key))
            $text = $text.Replace($value.Key, $value.Value)
        }
        $text
    }

    # What comes back to the redirect URI when somebody opens the address of a snippet and signs in.
    function Get-Response([string] $Name, [hashtable] $With = @{}) {
        $address = ([uri] ((Get-Snippet $Name $With) -replace '\r?\n')).AbsoluteUri
        $response = [uri] (Approve-AzTokenEmulatorSignIn -Uri $address -Username $user.UserPrincipalName -PassThru).Uri
        $fields = @{ Address = $response }
        foreach ($field in ($response.Query + $response.Fragment).Trim('?', '#').Split('&')) {
            $name, $value = $field.Split('=', 2)
            $fields[$name] = [uri]::UnescapeDataString($value)
        }
        $fields
    }

    function Get-Claim([string] $Token, [string] $Name) { (ConvertFrom-AzToken $Token).Claims[$Name] }
}

AfterAll {
    if ($emulator) { Stop-AzTokenEmulator $emulator }
    Remove-Module AzTokenRs -ErrorAction SilentlyContinue
}

Describe 'The snippets of the article' {
    It 'Authorization Code, then Refresh Token, then Using an Access Token' {
        $response = Get-Response 'authorization-code.url'
        "$($response.Address)" | Should -BeLike 'http://localhost:1337/?*'
        $response.state | Should -BeExactly 'pipe.how'

        $snippet = Get-Snippet 'authorization-code.ps1' @{ '0.FpRLdsfaTZUV9gMYjM8UJSZWPRWSluuKoOnnnyTV5GQ4...' = $response.code }
        $tokens = . ([scriptblock]::Create($snippet))
        $tokens.token_type | Should -BeExactly 'Bearer'
        $tokens.foci | Should -Be 1
        Get-Claim $tokens.id_token 'aud' | Should -Be '1950a258-227b-4e31-a9cf-717495945fc2'

        $snippet = Get-Snippet 'refresh-token.ps1' @{ '0.AQIAQlcOnozlzaRJYyo5YQkAlJ6L0quk...' = $tokens.refresh_token }
        $renewed = . ([scriptblock]::Create($snippet))
        $renewed.refresh_token | Should -Not -BeExactly $tokens.refresh_token
        # As the article says: the old one stays valid.
        (. ([scriptblock]::Create($snippet))).access_token | Should -Not -BeNullOrEmpty

        $AccessToken = $renewed.access_token
        (. ([scriptblock]::Create((Get-Snippet 'me.ps1')))).userPrincipalName | Should -Be $user.UserPrincipalName
    }

    It 'Client Credentials' {
        $token = . ([scriptblock]::Create((Get-Snippet 'client-credentials.ps1')))
        $token.expires_in | Should -Be 3599
        $token.ext_expires_in | Should -Be 3599
        $token.psobject.Properties.Name | Should -Not -Contain 'refresh_token'
        Get-Claim $token.access_token 'appid' | Should -Be '01521322-6424-61af-8bc3-ab3253cba294'
    }

    It 'Device Code' {
        . ([scriptblock]::Create((Get-Snippet 'device-code.ps1'))) | Out-Null
        $Response.message | Should -BeLike "*enter the code $($Response.user_code) to authenticate.*"

        # Pending once, then approved beside the loop.
        $Response.interval = 1
        $approval = [powershell]::Create().AddScript({
            param($manifest, $emulator, $userCode)
            Import-Module $manifest
            while (-not (Get-AzTokenEmulatorRequest */token -Emulator $emulator | Where-Object { $_.Form.device_code -and $_.Status -eq 400 })) {
                Start-Sleep -Milliseconds 50
            }
            Approve-AzTokenEmulatorSignIn -UserCode $userCode -Emulator $emulator
        }).AddArgument($manifest).AddArgument($emulator).AddArgument($Response.user_code)
        $running = $approval.BeginInvoke()
        try {
            $Result = $null
            # The snippet writes an error for each poll, and goes on.
            $ErrorActionPreference = 'Continue'
            $tokens = . ([scriptblock]::Create((Get-Snippet 'device-code-poll.ps1'))) 6> $null 2> $null
        }
        finally {
            $approval.EndInvoke($running)
            $approval.Dispose()
        }
        Get-Claim $tokens.access_token 'upn' | Should -Be $user.UserPrincipalName
        $tokens.refresh_token | Should -Not -BeNullOrEmpty
    }

    It 'On-Behalf-Of' {
        $response = Get-Response 'on-behalf-of-first.url'
        $snippet = Get-Snippet 'on-behalf-of-first.ps1' @{ '0.lXXZxZBTPe4g9YMAbXWeT6v...' = $response.code }
        . ([scriptblock]::Create($snippet)) | Out-Null
        Get-Claim $Result.access_token 'aud' | Should -Be '01655182-8172-41df-9ff9-bfe27fdd0451'

        $token = . ([scriptblock]::Create((Get-Snippet 'on-behalf-of.ps1')))
        Get-Claim $token.access_token 'aud' | Should -BeIn 'https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'
        Get-Claim $token.access_token 'upn' | Should -Be $user.UserPrincipalName
    }

    It 'Implicit Grant, and again with the sign-in of the same browser' {
        $response = Get-Response 'implicit-first.url'
        "$($response.Address)" | Should -BeLike 'http://localhost/myapp/#*'
        Get-Claim $response.id_token 'nonce' | Should -Be '1337'
        $response.access_token | Should -Not -BeNullOrEmpty

        $response = Get-Response 'implicit.url' @{ '[email protected]' = $user.UserPrincipalName }
        Get-Claim $response.access_token 'upn' | Should -Be $user.UserPrincipalName
        $response.ContainsKey('id_token') | Should -BeFalse
    }

    It 'Password Grant' {
        $own = @{ '[email protected]' = $user.UserPrincipalName; 'S3cr3tPassw0rd' = $user.Password }
        $tokens = . ([scriptblock]::Create((Get-Snippet 'password.ps1' $own)))
        Get-Claim $tokens.access_token 'upn' | Should -Be $user.UserPrincipalName
        $tokens.refresh_token | Should -Not -BeNullOrEmpty
    }

    It 'Password Grant of a user with multi-factor authentication, which the article ends with' {
        $own = @{ '[email protected]' = 'mfa@contoso.onmicrosoft.com'; 'S3cr3tPassw0rd' = $user.Password }
        { . ([scriptblock]::Create((Get-Snippet 'password.ps1' $own))) } | Should -Throw -PassThru |
            ForEach-Object { "$($_.ErrorDetails)" } | Should -BeLike '*you must use multi-factor authentication*'
    }
}
