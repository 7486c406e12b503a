# What `cargo xtask demo` runs in pwsh; tools/pshost does the same where there is no pwsh.
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Authority,
    [Parameter(Mandatory)] [string] $Tenant,
    [Parameter(Mandatory)] [string] $Graph
)
$ErrorActionPreference = 'Stop'
Import-Module $Module

"PS> Get-AzToken -DeviceCode -Authority $Authority -Tenant $Tenant"
$token = Get-AzToken -DeviceCode -Authority $Authority -Tenant $Tenant
$token | Out-Default

'PS> $token.Claims'
$token.Claims | Format-Table -AutoSize | Out-Default

"PS> Invoke-RestMethod $Graph/me -Headers `$token.Headers"
Invoke-RestMethod -Uri "$Graph/me" -Headers $token.Headers | Format-List | Out-Default
