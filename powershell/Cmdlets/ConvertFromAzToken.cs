using System;
using System.Management.Automation;
using System.Management.Automation.Host;
using AzTokenRs.Errors;
using AzTokenRs.Native;
using AzTokenRs.Parameters;
using AzTokenRs.Tokens;

namespace AzTokenRs.Cmdlets;

/// <summary>Decodes tokens on this machine, without checking them: that is what Test-AzToken is for.</summary>
[Cmdlet(VerbsData.ConvertFrom, "AzToken", DefaultParameterSetName = ParameterSets.Object)]
[Alias("ConvertFrom-Jwt")]
[OutputType(typeof(AzTokenInfo), ParameterSetName = [ParameterSets.Object])]
[OutputType(typeof(string), ParameterSetName = [ParameterSets.Json, ParameterSets.Explain])]
public sealed class ConvertFromAzToken : PSCmdlet, IDisposable
{
    private const int DefaultWidth = 80;

    /// <summary>Longer lines are hard to read.</summary>
    private const int MaxWidth = 120;

    private readonly TokenText _text = new();

    /// <summary>
    /// The tokens. An object takes any input as it is: with a narrower type, PowerShell would name an input that doesn't
    /// fit in its error, by its text.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Token { get; set; }

    /// <summary>Puts out the JSON of header and payload.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.Json)]
    public SwitchParameter AsJson { get; set; }

    /// <summary>Puts out each claim with its meaning, as text.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.Explain)]
    public SwitchParameter Explain { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var token in TokenInput.Each(Token))
        {
            try
            {
                _text.Read(token);
                Convert(JwtDecoder.Decode(_text));
            }
            catch (AzTokenException exception)
            {
                // Without a target: PowerShell would show the token as its name.
                WriteError(ErrorRecords.From(exception, null));
            }
            catch (NativeLibraryException exception)
            {
                ThrowTerminatingError(ErrorRecords.From(exception));
            }
        }
    }

    private void Convert(JwtRecord record)
    {
        if (!record.IsToken)
        {
            throw record.Error();
        }

        if (record.Kind == AzTokenKind.Encrypted)
        {
            WriteWarning(record.Message);
        }

        if (AsJson)
        {
            WriteObject(TokenJson.Write(record));
        }
        else if (Explain)
        {
            WriteObject(ClaimExplanation.Of(new AzTokenInfo(record), ScreenWidth()), enumerateCollection: true);
        }
        else
        {
            WriteObject(new AzTokenInfo(record));
        }
    }

    // A host without a screen has no width, or throws.
    private int ScreenWidth()
    {
        try
        {
            return Host.UI?.RawUI?.BufferSize.Width is { } width and > 0 ? Math.Min(width, MaxWidth) : DefaultWidth;
        }
        catch (Exception exception) when (exception is HostException or NotImplementedException or InvalidOperationException
            or System.IO.IOException or PlatformNotSupportedException)
        {
            return DefaultWidth;
        }
    }
}
