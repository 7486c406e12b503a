using System;
using System.Collections;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using System.Text;
using AzTokenRs.Emulation;
using AzTokenRs.Json;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Starts a local Entra ID, which ends with this PowerShell process at the latest.</summary>
[Cmdlet(VerbsLifecycle.Start, "AzTokenEmulator")]
[OutputType(typeof(AzTokenEmulator))]
public sealed class StartAzTokenEmulator : EmulatorCmdlet
{
    /// <summary>Tenants, users and apps: a JSON file, or a hashtable of the same form.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public object? Configuration { get; set; }

    /// <summary>The port; with <c>-Https</c>, that of HTTPS.</summary>
    [Parameter]
    [ValidateRange(1, 65_535)]
    [NoTokenTransform]
    public int Port { get; set; }

    /// <summary>Whether to serve HTTPS, with a certificate by a certificate authority of its own.</summary>
    [Parameter]
    public SwitchParameter Https { get; set; }

    /// <summary>Whether to set the environment variables that lead other programs of this session to the emulator.</summary>
    [Parameter]
    public SwitchParameter SetEnvironment { get; set; }

    private protected override void Process()
    {
        var file = ConfigurationFile(out var isTemporary);
        AzTokenEmulator emulator;
        try
        {
            emulator = Start(file);
        }
        finally
        {
            if (isTemporary)
            {
                File.Delete(file!);
            }
        }

        if (SetEnvironment)
        {
            emulator.Environment = EmulatorEnvironment.Set(emulator);
        }

        WriteObject(emulator);
    }

    private AzTokenEmulator Start(string? file)
    {
        var process = EmulatorProcess.Start(CommandLine(file), Cancelled, out var ready);
        try
        {
            var emulator = new AzTokenEmulator(process, ready);
            EmulatorDirectory.Read(emulator, Cancelled);
            RunningEmulators.Add(emulator);
            return emulator;
        }
        catch (FormatException exception)
        {
            process.Stop();
            throw EmulatorControl.Unreadable(exception);
        }
        catch
        {
            process.Stop();
            throw;
        }
    }

    // The keys are the public ones: making a new one takes a second or more, and nothing here is secret. Clients poll as
    // often as they like, because nobody wants to wait in a test.
    private string CommandLine(string? file)
    {
        var line = new StringBuilder("--exit-on-stdin-close --test-keys --interval 0");
        if (Https)
        {
            line.Append(" --https");
        }

        if (Port != 0)
        {
            line.AppendFormat(CultureInfo.InvariantCulture, " {0} {1}", Https ? "--https-port" : "--port", Port);
        }

        if (file is not null)
        {
            line.Append(" --config ").Append(EmulatorProgram.Quote(file));
        }

        return line.ToString();
    }

    private string? ConfigurationFile(out bool isTemporary)
    {
        isTemporary = false;
        switch (Configuration is PSObject wrapper ? wrapper.BaseObject : Configuration)
        {
            case null:
                return null;
            case IDictionary:
            case PSCustomObject:
                isTemporary = true;
                return WriteTemporary();
            case FileInfo info:
                return info.FullName;
            case string path:
                return GetUnresolvedProviderPathFromPSPath(path);
            case var other:
                throw new AzTokenEmulatorException(
                    "ConfigurationInvalid", $"-Configuration is a file or a hashtable, not {other.GetType()}.");
        }
    }

    private string WriteTemporary()
    {
        using var json = new JsonWriter();
        try
        {
            ObjectJson.Write(json, Configuration);
        }
        catch (FormatException exception)
        {
            throw new AzTokenEmulatorException("ConfigurationInvalid", $"-Configuration {exception.Message}.", exception);
        }

        var file = Path.GetTempFileName();
        using var stream = File.Create(file);
        stream.Write(json.Bytes, 0, json.Length);
        return file;
    }
}
