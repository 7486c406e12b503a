#!/usr/bin/env pwsh
# The PowerShell way in: `./build.ps1 demo` is `cargo xtask demo`.
if (-not (Get-Command cargo -CommandType Application -ErrorAction Ignore)) {
    Write-Error 'cargo was not found on PATH. Install the Rust toolchain, open a new session and try again.'
    exit 1
}
Push-Location -LiteralPath $PSScriptRoot
try {
    & cargo xtask @args
    $code = $LASTEXITCODE
}
finally {
    Pop-Location
}
exit $code
