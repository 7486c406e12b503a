# The page docs/testing.md, run as it is written: its script and its tests, saved where it says, in a PowerShell of their own.

BeforeAll {
    $manifest = if ($env:AZTOKEN_MODULE) { $env:AZTOKEN_MODULE } else { Join-Path $PSScriptRoot '../../AzTokenRs.psd1' }
    $page = Get-Content (Join-Path $PSScriptRoot '../../docs/testing.md') -Raw
    $blocks = [regex]::Matches($page, '(?s)```powershell\r?\n(.*?)```') | ForEach-Object { $_.Groups[1].Value }

    # The page says Import-Module AzTokenRs: the module is installed where PowerShell looks for it.
    $modules = Join-Path $TestDrive 'modules'
    $installed = New-Item (Join-Path $modules 'AzTokenRs') -ItemType Directory
    $source = Split-Path (Resolve-Path $manifest)
    foreach ($part in 'AzTokenRs.psd1', 'bin', 'en-US') { Copy-Item (Join-Path $source $part) $installed -Recurse }

    function Invoke-InNewSession([string] $Script) {
        $before = $env:PSModulePath
        $env:PSModulePath = $modules + [IO.Path]::PathSeparator + $before
        try {
            $name = if ($PSVersionTable.PSEdition -eq 'Desktop') { 'powershell' } else { 'pwsh' }
            $output = & $name -NoProfile -NonInteractive -Command "Set-Location '$folder'; $Script" 2>&1 | Out-String
            [pscustomobject] @{ ExitCode = $LASTEXITCODE; Output = $output }
        }
        finally {
            $env:PSModulePath = $before
        }
    }

    $folder = (New-Item (Join-Path $TestDrive 'script') -ItemType Directory).FullName
}

Describe 'docs/testing.md' {
    It 'has a script and tests that pass' {
        [IO.File]::WriteAllText((Join-Path $folder 'Get-SubscriptionName.ps1'), $blocks[0])
        [IO.File]::WriteAllText((Join-Path $folder 'Get-SubscriptionName.Tests.ps1'), $blocks[1])
        $run = Invoke-InNewSession ($blocks[2].Trim() + ' -PassThru | ForEach-Object { "passed $($_.PassedCount) of $($_.TotalCount)" }')
        $run.Output | Should -Match 'passed 5 of 5'
        $run.ExitCode | Should -Be 0
    }

    It 'has tests that fail when the script is wrong' {
        $wrong = $blocks[0].Replace('-Resource https://management.azure.com', '-Resource https://graph.microsoft.com')
        [IO.File]::WriteAllText((Join-Path $folder 'Get-SubscriptionName.ps1'), $wrong)
        [IO.File]::WriteAllText((Join-Path $folder 'Get-SubscriptionName.Tests.ps1'), $blocks[1])
        $run = Invoke-InNewSession ($blocks[2].Trim() + ' -PassThru | ForEach-Object { "failed $($_.FailedCount)" }')
        $run.Output | Should -Match 'failed [1-5]'
    }

    It 'has a directory of its own that works' {
        $run = Invoke-InNewSession "$($blocks[3].Trim()) | ForEach-Object { `"tenant `$(`$_.TenantId -eq `$emulator.TenantId)`" }"
        $run.Output | Should -Match 'tenant True'
    }
}
