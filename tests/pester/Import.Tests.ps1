BeforeAll {
    $manifest = if ($env:AZTOKEN_MODULE) { $env:AZTOKEN_MODULE } else { Join-Path $PSScriptRoot '../../AzTokenRs.psd1' }
    Import-Module $manifest -Force
}

AfterAll {
    Remove-Module AzTokenRs -ErrorAction SilentlyContinue
}

Describe 'Importing AzTokenRs' {
    It 'exports its cmdlets and nothing else' {
        (Get-Module AzTokenRs).ExportedCmdlets.Keys | Sort-Object | Should -Be @(
            'Add-AzTokenEmulatorFault', 'Approve-AzTokenEmulatorSignIn', 'ConvertFrom-AzToken', 'Get-AzOpenIdConfiguration',
            'Get-AzToken', 'Get-AzTokenEmulatorRequest', 'New-AzAuthorizationUri', 'New-AzClientAssertion', 'New-AzClientCredential', 'New-AzPkceChallenge',
            'New-AzTokenEmulatorToken', 'Start-AzTokenEmulator', 'Stop-AzTokenEmulator', 'Test-AzToken')
        (Get-Module AzTokenRs).ExportedFunctions.Count | Should -Be 0
    }

    It 'has a valid manifest' {
        Test-ModuleManifest $manifest -ErrorAction Stop | Should -Not -BeNullOrEmpty
    }

    It 'references netstandard and PowerShell only' {
        $assembly = (Get-Command Get-AzToken).ImplementingType.Assembly
        $assembly.GetReferencedAssemblies().Name | Sort-Object |
            Should -Be @('netstandard', 'System.Management.Automation')
    }

    It 'describes <_> in its help' -ForEach 'DeviceCode', 'Resource', 'Scope', 'Tenant', 'ClientId', 'Claim', 'Authority',
        'Cloud', 'Culture', 'TimeoutSeconds', 'ThrottleLimit', 'CorrelationId', 'ExtraParameter' {
        (Get-Help Get-AzToken -Parameter $_).description.Text | Should -Not -BeNullOrEmpty
    }

    It 'can be removed and imported again' {
        Remove-Module AzTokenRs
        Import-Module $manifest
        Get-Command Get-AzToken | Should -Not -BeNullOrEmpty
    }
}
