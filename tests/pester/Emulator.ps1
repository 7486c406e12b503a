# A local Entra ID for the tests: dot-source this, then Start-TestEmulator.

function Start-TestEmulator {
    $name = if ($PSVersionTable.PSEdition -eq 'Desktop' -or $IsWindows) { 'entra-emulator.exe' } else { 'entra-emulator' }
    $path = if ($env:AZTOKEN_EMULATOR) { $env:AZTOKEN_EMULATOR } else { Join-Path $PSScriptRoot "../../target/debug/$name" }
    $start = [System.Diagnostics.ProcessStartInfo]::new($path, '--test-keys --exit-on-stdin-close --interval 0')
    $start.UseShellExecute = $false
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $ready = $process.StandardOutput.ReadLine() | ConvertFrom-Json
    $ready | Add-Member -NotePropertyName Process -NotePropertyValue $process -PassThru
}

function Stop-TestEmulator($Emulator) {
    $Emulator.Process.StandardInput.Close()
    $null = $Emulator.Process.WaitForExit(5000)
    $Emulator.Process.Dispose()
}

# Signs in with every code that is given out from now on, as a person at the device login page would. Runs beside the test,
# whose own thread waits for the token.
function Start-TestApproval($Emulator, [ValidateSet('approve', 'decline', 'expire')] [string] $Answer = 'approve') {
    $approval = [powershell]::Create().AddScript({
        param($control, $answer)
        while ($true) {
            foreach ($device in (Invoke-RestMethod "$control/device") | Where-Object state -EQ 'pending') {
                $body = @{ user_code = $device.user_code } | ConvertTo-Json
                $null = Invoke-RestMethod "$control/device/$answer" -Method Post -Body $body -ContentType 'application/json'
            }
            Start-Sleep -Milliseconds 50
        }
    }).AddArgument($Emulator.control).AddArgument($Answer)
    $null = $approval.BeginInvoke()
    $approval
}

function Stop-TestApproval($Approval) {
    $Approval.Stop()
    $Approval.Dispose()
}

# Starts a sign-in beside the test, which then plays the person and the browser.
function Start-TestSignIn([scriptblock] $Script) {
    $signIn = [powershell]::Create().AddCommand('Import-Module').AddArgument((Get-Module AzTokenRs).Path).AddStatement().AddScript($Script)
    foreach ($argument in $args) { $null = $signIn.AddArgument($argument) }
    $signIn | Add-Member -NotePropertyName Running -NotePropertyValue $signIn.BeginInvoke() -PassThru
}

# What a person's sign-in at an address gives the browser.
function Invoke-TestAuthorization($Emulator, $Uri, $Decision = 'approve') {
    $body = @{ uri = $Uri; decision = $Decision } | ConvertTo-Json
    Invoke-RestMethod "$($Emulator.control)/authorize" -Method Post -Body $body -ContentType 'application/json'
}

# Takes the address from the message, signs in there, and brings the form that comes of it to the listener.
function Complete-TestSignIn($Emulator, $SignIn, $Decision = 'approve') {
    while (-not $SignIn.Streams.Information.Count) {
        if ($SignIn.Running.IsCompleted) { throw "No address was shown. $($SignIn.Streams.Error)" }
        Start-Sleep -Milliseconds 50
    }
    $uri = [regex]::Match("$($SignIn.Streams.Information[0])", 'https?://\S+').Value
    $answer = Invoke-TestAuthorization $Emulator $uri $Decision
    $form = @{}
    foreach ($field in $answer.form.psobject.Properties) { $form[$field.Name] = $field.Value }
    $null = Invoke-WebRequest $answer.uri -Method Post -Body $form -UseBasicParsing
}

function Receive-TestSignIn($SignIn) {
    $SignIn.EndInvoke($SignIn.Running)
    $SignIn.Runspace.Dispose()
}
