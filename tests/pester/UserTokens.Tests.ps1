BeforeAll {
    . (Join-Path $PSScriptRoot 'Emulator.ps1')
    $manifest = if ($env:AZTOKEN_MODULE) { $env:AZTOKEN_MODULE } else { Join-Path $PSScriptRoot '../../AzTokenRs.psd1' }
    Import-Module $manifest -Force
    $emulator = Start-TestEmulator
    $place = @{ Authority = $emulator.url; Tenant = 'contoso.onmicrosoft.com'; ErrorAction = 'Stop' }
    $user = 'user@contoso.onmicrosoft.com'
    $api = 'e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f'
    $credential = [pscredential]::new($user, (ConvertTo-SecureString 'Emulator-only-1' -AsPlainText -Force))
}

AfterAll {
    if ($emulator) { Stop-TestEmulator $emulator }
    Remove-Module AzTokenRs -ErrorAction SilentlyContinue
}

Describe 'Get-AzToken -Credential' {
    It "gives a user's token, with a warning" {
        $token = Get-AzToken @place -Credential $credential -WarningVariable said 3> $null
        $token.Identity | Should -Be $user
        $said.Count | Should -Be 1
        $token.Scopes | Should -Contain 'User.Read'
    }

    It 'says that the password is wrong, without showing it' {
        $wrong = [pscredential]::new($user, (ConvertTo-SecureString 'not-the-password' -AsPlainText -Force))
        $failure = { Get-AzToken @place -Credential $wrong 3> $null } | Should -Throw -ErrorId 'AADSTS50126,AzTokenRs.Cmdlets.GetAzToken' -PassThru
        "$failure $($failure.TargetObject)" | Should -Not -Match 'not-the-password'
    }
}

Describe 'Get-AzToken -RefreshToken' {
    BeforeAll {
        $first = Get-AzToken @place -Credential $credential 3> $null
    }

    It 'renews a token from the pipeline, for its own client and authority' {
        $renewed = $first | Get-AzToken
        $renewed.Identity | Should -Be $user
        $renewed.Token | Should -Not -Be $first.Token
    }

    It 'gets a token for another resource' {
        ($first | Get-AzToken -Resource https://management.azure.com).Resource | Should -Be 'https://management.azure.com'
    }

    It 'renews a token from a file' {
        $file = Join-Path $TestDrive 'token.xml'
        $first | Export-Clixml $file
        Get-Content $file -Raw | Should -Not -Match 'eyJ'
        (Import-Clixml $file | Get-AzToken).Identity | Should -Be $user
    }

    It 'says when it was revoked' {
        $null = Invoke-RestMethod "$($emulator.control)/refresh_tokens/revoke" -Method Post -Body '{}' -ContentType application/json
        { $first | Get-AzToken -ErrorAction Stop } | Should -Throw -ErrorId 'AADSTS50173,AzTokenRs.Cmdlets.GetAzToken'
    }
}

Describe 'Get-AzToken -OnBehalfOf' {
    It "exchanges the token of an API's caller" {
        $caller = Get-AzToken @place -Resource "api://$api" -Credential $credential 3> $null
        $token = Get-AzToken @place -OnBehalfOf -UserAssertion $caller -ClientId $api -ClientCredential 'emulator-only-api-secret'
        $token.Identity | Should -Be $user
        $token.ClientId | Should -Be $api
    }
}

Describe 'Get-AzToken -AuthorizationResponse' {
    BeforeAll {
        $web = @{ ClientId = 'd5a91c37-604e-4f8b-92b3-7c1e0d6f4a58' }
        $request = New-AzAuthorizationUri -Authority $place.Authority -Tenant $place.Tenant @web -RedirectUri https://app.contoso.example/signin -ResponseMode query
        $back = (Invoke-TestAuthorization $emulator $request.Uri).uri
        $proof = @{ ClientCredential = 'emulator-only-web-secret'; ErrorAction = 'Stop' }
    }

    It 'redeems the code in the address that came back' {
        ($request | Get-AzToken -AuthorizationResponse $back @proof).Identity | Should -Be $user
    }

    It 'refuses the response to another request' {
        $other = New-AzAuthorizationUri -Authority $place.Authority -Tenant $place.Tenant @web -RedirectUri https://app.contoso.example/signin
        $failure = { $other | Get-AzToken -AuthorizationResponse $back @proof } | Should -Throw -PassThru
        $failure.Exception.Error | Should -Be 'state_mismatch'
        "$failure" | Should -Not -Match 'code='
    }

    It 'says that the user declined' {
        $declined = (Invoke-TestAuthorization $emulator $request.Uri -Decision decline).uri
        { $request | Get-AzToken -AuthorizationResponse $declined @proof } | Should -Throw -ErrorId '*,AzTokenRs.Cmdlets.GetAzToken'
    }
}
