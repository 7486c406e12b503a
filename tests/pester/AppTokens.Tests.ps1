BeforeAll {
    . (Join-Path $PSScriptRoot 'Emulator.ps1')
    $manifest = if ($env:AZTOKEN_MODULE) { $env:AZTOKEN_MODULE } else { Join-Path $PSScriptRoot '../../AzTokenRs.psd1' }
    Import-Module $manifest -Force
    $emulator = Start-TestEmulator
    $place = @{ Authority = $emulator.url; Tenant = 'contoso.onmicrosoft.com'; ErrorAction = 'Stop' }
    $app = $place + @{ ClientId = '8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93' }
    $keys = Join-Path $PSScriptRoot '../keys'
    $certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new((Join-Path $keys 'client.pfx'), 'test-password')
    $body = @{ certificate = [Convert]::ToBase64String($certificate.RawData) } | ConvertTo-Json
    $null = Invoke-RestMethod "$($emulator.control)/apps/$($app.ClientId)/certificates" -Method Post -Body $body -ContentType application/json
}

AfterAll {
    if ($emulator) { Stop-TestEmulator $emulator }
    Remove-Module AzTokenRs -ErrorAction SilentlyContinue
}

Describe "An app's own token" {
    It 'comes by a secret, as text or SecureString' {
        $secret = 'emulator-only-client-secret'
        foreach ($given in $secret, (ConvertTo-SecureString $secret -AsPlainText -Force)) {
            $token = Get-AzToken @app -ClientSecret $given
            $token.Claims['appid'] | Should -Be $app.ClientId
            $token.Resource | Should -Be 'https://graph.microsoft.com'
            $token.RefreshToken | Should -BeNullOrEmpty
        }
    }

    It 'comes by a certificate: a PFX file, a PEM file, an object' {
        $password = @{ CertificatePassword = 'test-password' }
        (Get-AzToken @app -ClientCertificatePath (Join-Path $keys 'client.pfx') @password).Claims['appidacr'] | Should -Be '2'
        (Get-AzToken @app -ClientCertificatePath (Join-Path $keys 'client.pkcs8.pem')).Claims['appidacr'] | Should -Be '2'
        (Get-AzToken @app -ClientCertificate $certificate).Claims['appidacr'] | Should -Be '2'
    }

    It 'comes by an assertion of another issuer' {
        $subject = @{ sub = 'system:serviceaccount:sample:Workload' } | ConvertTo-Json
        $workload = { (Invoke-RestMethod "$($emulator.control)/issuer/token" -Method Post -Body $subject -ContentType application/json).token }
        (Get-AzToken @app -ClientAssertion $workload).Claims['appid'] | Should -Be $app.ClientId
        (Get-AzToken @app -ClientAssertion (& $workload)).Claims['appid'] | Should -Be $app.ClientId
    }

    It 'is for another resource, also where that is written as a scope' {
        foreach ($resource in 'https://management.azure.com', 'https://management.azure.com/.default') {
            (Get-AzToken $resource @app -ClientSecret emulator-only-client-secret).Claims['aud'] | Should -BeLike 'https://management.azure.com*'
        }
    }

    It 'is refused with a wrong secret by AADSTS7000215, which says what to do' {
        $failure = { Get-AzToken @app -ClientSecret wrong-secret } | Should -Throw -ErrorId 'AADSTS7000215,AzTokenRs.Cmdlets.GetAzToken' -PassThru
        $failure.Exception | Should -BeOfType AzTokenRs.AzTokenException
        $failure.Exception.Hint | Should -Not -BeNullOrEmpty
        "$failure" | Should -Not -Match 'wrong-secret'
    }

    It 'shows no secret in verbose and debug text' {
        $shown = Get-AzToken @app -ClientSecret emulator-only-client-secret -Verbose -Debug 4>&1 5>&1
        "$($shown | Where-Object { $_ -isnot [AzTokenRs.AzToken] })" | Should -Match 'https?://'
        "$($shown | Where-Object { $_ -isnot [AzTokenRs.AzToken] })" | Should -Not -Match 'emulator-only-client-secret|eyJ'
    }

    It 'is told apart in a table of 80 columns' {
        $token = Get-AzToken @app -ClientSecret emulator-only-client-secret
        $table = $token, $token | Format-Table | Out-String -Width 80
        $table | Should -Match "$($token.Identity) https://graph.microsoft.com \d\d:\d\d:\d\d"
        $table | Should -Not -Match 'eyJ'
    }
}

Describe 'A token in other hands' {
    BeforeAll {
        $token = Get-AzToken @app -ClientSecret emulator-only-client-secret
    }

    It 'is in a CLIXML file as SecureString, and is used from there' {
        $file = Join-Path $TestDrive 'token.xml'
        $token | Export-Clixml $file
        Get-Content $file -Raw | Should -Not -Match 'eyJ'
        $restored = Import-Clixml $file
        $restored.SecureToken | Should -BeOfType SecureString
        ($restored | ConvertFrom-AzToken).ClientId | Should -Be $app.ClientId
        Test-AzToken $restored -Audience https://graph.microsoft.com -Authority $emulator.url -Tenant $place.Tenant | Should -BeTrue
    }

    It 'comes from a job as SecureString' {
        $job = Start-Job {
            param($manifest, $app)
            Import-Module $manifest
            Get-AzToken @app -ClientSecret emulator-only-client-secret
        } -ArgumentList (Get-Module AzTokenRs).Path, $app
        $received = Receive-Job $job -Wait -AutoRemoveJob
        $received.Token | Should -BeNullOrEmpty
        ($received | ConvertFrom-AzToken).ClientId | Should -Be $app.ClientId
    }

    It "obeys the user's own view" {
        # In a process of its own: a type's data can't be taken back here.
        $script = @'
            param($manifest)
            Import-Module $manifest
            Update-TypeData -TypeName AzTokenRs.AzPkceChallenge -DefaultDisplayPropertySet CodeChallengeMethod -Force
            (New-AzPkceChallenge | Out-String).Trim()
            $Error.Count
'@
        $file = Join-Path $TestDrive 'view.ps1'
        Set-Content $file $script
        $shown = (& $(if ($PSVersionTable.PSEdition -eq "Desktop") { "powershell" } else { "pwsh" }) -NoProfile -File $file (Get-Module AzTokenRs).Path) -join "`n"
        $shown | Should -Match 'CodeChallengeMethod'
        $shown | Should -Not -Match 'CodeChallenge\b'
        $shown | Should -Match '(?m)^0$'
    }

    It 'can be replaced in a test' {
        Mock Get-AzToken { [AzTokenRs.AzToken]::new('made up', [DateTimeOffset]::Now.AddHours(1)) }
        (Get-AzToken).Headers.Authorization | Should -Be 'Bearer made up'
        (Get-AzToken).IsExpired | Should -BeFalse
    }
}

Describe 'ConvertFrom-AzToken and Test-AzToken' {
    BeforeAll {
        $token = Get-AzToken @app -ClientSecret emulator-only-client-secret
        $checks = @{ Authority = $emulator.url; Tenant = $place.Tenant; Audience = 'https://graph.microsoft.com' }
    }

    It 'reads a token' {
        $info = $token | ConvertFrom-AzToken
        $info.ClientId | Should -Be $app.ClientId
        $info.Claims | Where-Object Key -EQ appid | ForEach-Object Value | Should -Be $app.ClientId
        $info.Claims.appid | Should -Be $app.ClientId
    }

    It 'explains a token' {
        $lines = ConvertFrom-AzToken $token -Explain
        ($lines | Where-Object Claim -EQ aud).Meaning | Should -Match 'Microsoft Graph'
        Get-Module AzTokenRs.* | Should -BeNullOrEmpty
    }

    It 'lets a good token in, and no forged one' {
        $forged = $token.Token.Substring(0, $token.Token.Length - 8) + 'AAAAAAAA'
        if (Test-AzToken $token @checks) { $good = 'in' }
        if (Test-AzToken $forged @checks) { $bad = 'in' }
        $good | Should -Be 'in'
        $bad | Should -BeNullOrEmpty
        (Test-AzToken $forged @checks -Detailed).Failed.Name | Should -Be 'Signature'
    }

    It 'warns of what it was not asked to check' {
        Test-AzToken $token -Authority $emulator.url -WarningVariable said 3> $null | Should -BeTrue
        $said.Count | Should -Be 2
    }

    It 'finds the tenant of a domain' {
        (Get-AzOpenIdConfiguration contoso.onmicrosoft.com -Authority $emulator.url).TenantId | Should -Be $emulator.tenant_id
    }
}
