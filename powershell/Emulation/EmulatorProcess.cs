using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using AzTokenRs.Json;

namespace AzTokenRs.Emulation;

/// <summary>
/// A running emulator. It ends when its standard input is closed, and the operating system closes that when this process
/// ends, however it ends.
/// </summary>
internal sealed class EmulatorProcess
{
    private const int StopMilliseconds = 3_000;
    private const int StartMilliseconds = 30_000;

    private readonly Process _process;
    private readonly object _gate = new();
    private string? _firstError;

    private EmulatorProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        Id = process.Id;
    }

    internal int Id { get; }

    internal bool IsRunning
    {
        get
        {
            try
            {
                return !_process.HasExited;
            }
            catch (InvalidOperationException)
            {
                // It was stopped and disposed of.
                return false;
            }
        }
    }

    /// <summary>Starts the program and waits until it is ready.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="cancelled">Set when the user doesn't want to wait any longer.</param>
    /// <param name="ready">What it then says of itself.</param>
    /// <exception cref="AzTokenEmulatorException">It could not be started.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancelled"/> was set.</exception>
    internal static EmulatorProcess Start(string arguments, CancellationToken cancelled, out JsonObject ready)
    {
        var process = new EmulatorProcess(Launch(arguments));
        try
        {
            ready = process.ReadReadyLine(cancelled);
            return process;
        }
        catch
        {
            process.Stop();
            throw;
        }
    }

    /// <summary>Ends the program and waits until it has ended.</summary>
    internal void Stop()
    {
        try
        {
            _process.StandardInput.Dispose();
            if (!_process.WaitForExit(StopMilliseconds))
            {
                _process.Kill();
                _process.WaitForExit(StopMilliseconds);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or System.IO.IOException)
        {
            // It has ended by itself.
        }

        _process.Dispose();
    }

    private static Process Launch(string arguments)
    {
        var start = new ProcessStartInfo(EmulatorProgram.Find(), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // On Windows a console of its own, so that Ctrl+C in this one doesn't reach it.
            CreateNoWindow = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Failed($"'{start.FileName}' can't be run: {exception.Message}", exception);
        }
    }

    private JsonObject ReadReadyLine(CancellationToken cancelled)
    {
        var reading = _process.StandardOutput.ReadLineAsync();
        if (!reading.Wait(StartMilliseconds, cancelled))
        {
            throw Failed($"It was not ready within {StartMilliseconds / 1000} s.");
        }

        if (reading.Result is not { } line)
        {
            // Without a time limit, this waits for the rest of standard error too.
            _process.WaitForExit();
            throw Failed(FirstError());
        }

        try
        {
            return new JsonObject(JsonValue.Parse(System.Text.Encoding.UTF8.GetBytes(line)));
        }
        catch (FormatException exception)
        {
            throw Failed($"Its first line is not JSON: {line}", exception);
        }
    }

    private static AzTokenEmulatorException Failed(string problem, Exception? inner = null) =>
        new("EmulatorStartFailed", $"The emulator could not be started. {problem}", inner);

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _firstError ??= line;
        }
    }

    // What went wrong is in the first line; after a wrong option, the usage follows.
    private string FirstError()
    {
        lock (_gate)
        {
            return _firstError?.Replace("entra-emulator: ", string.Empty) ?? $"It ended with exit code {_process.ExitCode}.";
        }
    }
}
