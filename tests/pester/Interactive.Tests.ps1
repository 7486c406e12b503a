BeforeAll {
    . (Join-Path $PSScriptRoot 'Emulator.ps1')
    $manifest = if ($env:AZTOKEN_MODULE) { $env:AZTOKEN_MODULE } else { Join-Path $PSScriptRoot '../../AzTokenRs.psd1' }
    Import-Module $manifest -Force
    $emulator = Start-TestEmulator
    $place = @{ Authority = $emulator.url; Tenant = 'contoso.onmicrosoft.com' }
    $webApp = @{ ClientId = 'd5a91c37-604e-4f8b-92b3-7c1e0d6f4a58' }
}

AfterAll {
    if ($emulator) { Stop-TestEmulator $emulator }
    Remove-Module AzTokenRs -ErrorAction SilentlyContinue
}

Describe 'Get-AzToken -Interactive' {
    It 'gives a token when the user signs in' {
        $signIn = Start-TestSignIn { param($place) Get-AzToken -Interactive -NoBrowser @place } $place
        Complete-TestSignIn $emulator $signIn
        $token = Receive-TestSignIn $signIn
        $token | Should -BeOfType 'AzTokenRs.AzToken'
        $token.Identity | Should -Be 'user@contoso.onmicrosoft.com'
        $token | Out-String | Should -Not -Match 'eyJ'
    }

    It 'says that the user declined' {
        $signIn = Start-TestSignIn { param($place) Get-AzToken -Interactive -NoBrowser @place } $place
        Complete-TestSignIn $emulator $signIn -Decision decline
        Receive-TestSignIn $signIn | Should -BeNullOrEmpty
        $signIn.Streams.Error[0].CategoryInfo.Category | Should -Be 'PermissionDenied'
    }

    It 'ends when the time has passed' {
        Get-AzToken -Interactive -NoBrowser @place -TimeoutSeconds 1 -ErrorAction SilentlyContinue -ErrorVariable failed 6> $null
        $failed[0].FullyQualifiedErrorId | Should -Be 'timeout,AzTokenRs.Cmdlets.GetAzToken'
    }
}

Describe 'Get-AzToken -Implicit' {
    It 'gives an ID token alone, which is no access token' {
        $signIn = Start-TestSignIn {
            param($place, $app) Get-AzToken -Implicit -ResponseType id_token -NoBrowser @place @app
        } $place $webApp
        Complete-TestSignIn $emulator $signIn
        $token = Receive-TestSignIn $signIn
        $token.Token | Should -BeNullOrEmpty
        $token.Claims['aud'] | Should -Be $webApp.ClientId
        $signIn.Streams.Warning.Count | Should -Be 1
    }
}

Describe 'Get-AzToken -AuthorizationCode' {
    It 'redeems the code of an address once' {
        $request = New-AzAuthorizationUri @place @webApp -RedirectUri https://app.contoso.example/signin
        $answer = Invoke-TestAuthorization $emulator $request.Uri
        $answer.form.state | Should -BeExactly $request.State
        $redeem = @{ AuthorizationCode = $answer.form.code; ClientCredential = 'emulator-only-web-secret'; ErrorAction = 'Stop' }
        ($request | Get-AzToken @redeem).Identity | Should -Be 'user@contoso.onmicrosoft.com'
        { $request | Get-AzToken @redeem } | Should -Throw -ErrorId 'AADSTS54005,AzTokenRs.Cmdlets.GetAzToken'
    }
}

Describe 'New-AzPkceChallenge' {
    It 'makes the challenge of the example in RFC 7636' {
        (New-AzPkceChallenge dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk).CodeChallenge |
            Should -BeExactly 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    }
}
