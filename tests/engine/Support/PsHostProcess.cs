using System.Diagnostics;

namespace AzTokenRs.EngineTests.Support;

/// <summary>
/// A script in a process of its own, for what concerns the whole process: its environment, its libraries, its threads.
/// </summary>
internal sealed class PsHostProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    internal PsHostProcess(string script)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "pshost.dll"));
        start.ArgumentList.Add("-Command");
        start.ArgumentList.Add(script);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AZURE_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>A PowerShell string literal.</summary>
    internal static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Waits for the end and gives what was printed.</summary>
    internal async Task<ProcessResult> EndAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(deadline.Token);
        return new ProcessResult(_process.ExitCode, await _output, await _errors);
    }
}

/// <summary>How a process ended.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Errors)
{
    internal string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal void AssertSucceeded() => Assert.True(ExitCode == 0 && Errors.Length == 0, $"{ExitCode}\n{Output}\n{Errors}");
}
