BeforeAll {
    . (Join-Path $PSScriptRoot 'Emulator.ps1')
    $manifest = if ($env:AZTOKEN_MODULE) { $env:AZTOKEN_MODULE } else { Join-Path $PSScriptRoot '../../AzTokenRs.psd1' }
    Import-Module $manifest -Force
    $emulator = Start-TestEmulator
    $signIn = @{ DeviceCode = $true; Authority = $emulator.url; Tenant = 'contoso.onmicrosoft.com' }
}

AfterAll {
    if ($emulator) { Stop-TestEmulator $emulator }
    Remove-Module AzTokenRs -ErrorAction SilentlyContinue
}

Describe 'Get-AzToken -DeviceCode' {
    Context 'when the user signs in' {
        BeforeAll {
            $approval = Start-TestApproval $emulator
            $token = Get-AzToken @signIn -InformationVariable message 6> $null
        }

        AfterAll {
            Stop-TestApproval $approval
        }

        It 'gives a token' {
            $token | Should -BeOfType 'AzTokenRs.AzToken'
            $token.Identity | Should -Be 'user@contoso.onmicrosoft.com'
            $token.ExpiresOn | Should -BeGreaterThan ([DateTimeOffset]::Now)
        }

        It 'converts to the text of the token' {
            "$token" | Should -BeExactly $token.Token
        }

        It 'has readable claims' {
            $token.Claims['tid'] | Should -Be $emulator.tenant_id
        }

        It 'works for Microsoft Graph' {
            (Invoke-RestMethod "$($emulator.graph)/me" -Headers $token.Headers).userPrincipalName |
                Should -Be 'user@contoso.onmicrosoft.com'
        }

        It 'shows one message with the address of the page' {
            @($message).Count | Should -Be 1
            $message[0].Tags | Should -Contain 'PSHOST'
            "$($message[0])" | Should -Match ([regex]::Escape($emulator.device_login))
        }

        It 'shows no secret in its view' {
            $token | Out-String | Should -Not -Match 'eyJ'
        }
    }

    Context 'when no token is had' {
        It 'says that the user declined' {
            $approval = Start-TestApproval $emulator -Answer decline
            try {
                $failure = { Get-AzToken @signIn -ErrorAction Stop 6> $null } |
                    Should -Throw -ExceptionType ([AzTokenRs.AzTokenException]) -PassThru
                $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'
            }
            finally {
                Stop-TestApproval $approval
            }
        }

        It 'says that the code expired' {
            $approval = Start-TestApproval $emulator -Answer expire
            try {
                Get-AzToken @signIn -ErrorAction SilentlyContinue -ErrorVariable failed 6> $null | Should -BeNullOrEmpty
                $failed[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
            }
            finally {
                Stop-TestApproval $approval
            }
        }

        It 'names an unknown tenant by AADSTS90002' {
            { Get-AzToken -DeviceCode -Authority $emulator.url -Tenant nowhere.example -ErrorAction Stop } |
                Should -Throw -ErrorId 'AADSTS90002,AzTokenRs.Cmdlets.GetAzToken'
        }

        It 'names an unknown client by AADSTS700038' {
            { Get-AzToken @signIn -ClientId 11111111-2222-3333-4444-555555555555 -ErrorAction Stop } |
                Should -Throw -ErrorId 'AADSTS700038,AzTokenRs.Cmdlets.GetAzToken'
        }

        It 'goes on with the next tenant' {
            'nowhere.example', 'neither.example' |
                Get-AzToken -DeviceCode -Authority $emulator.url -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.TargetObject | Should -Be @('nowhere.example', 'neither.example')
        }
    }
}
