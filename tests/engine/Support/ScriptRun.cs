using System.Management.Automation;
using System.Text;

namespace AzTokenRs.EngineTests.Support;

/// <summary>A script that runs in a session, with what it has written so far.</summary>
internal sealed class ScriptRun : IDisposable
{
    private readonly PowerShell _powerShell;
    private readonly IAsyncResult _running;

    internal ScriptRun(PowerShell powerShell)
    {
        _powerShell = powerShell;
        _running = powerShell.BeginInvoke<PSObject, PSObject>(null, Output);
    }

    /// <summary>To be enumerated only after the end: before, its enumerator waits for more.</summary>
    internal PSDataCollection<PSObject> Output { get; } = [];

    internal int OutputCount => Output.Count;

    internal PSDataStreams Streams => _powerShell.Streams;

    internal PSInvocationState State => _powerShell.InvocationStateInfo.State;

    /// <summary>The texts of the messages to the user.</summary>
    internal IReadOnlyList<string> Messages => Streams.Information
        .Where(record => record.Tags.Contains("PSHOST"))
        .Select(record => record.MessageData.ToString()!)
        .ToArray();

    public void Dispose()
    {
        _powerShell.Stop();
        _powerShell.Dispose();
        Output.Dispose();
    }

    /// <summary>Waits for the message of a sign-in in a browser, and gives the address in it.</summary>
    internal async Task<string> SignInUriAsync(int number = 1) => BrowserAnswer.AddressIn(await MessageAsync(number));

    /// <summary>Waits for the message of an emulator's device code, and gives its user code.</summary>
    internal async Task<string> UserCodeAsync(Emulator emulator, int messages = 1)
    {
        var message = await MessageAsync(messages);
        return Assert.Single(await emulator.DevicesAsync(), device => message.Contains(device.UserCode, StringComparison.Ordinal)).UserCode;
    }

    /// <summary>Waits for the end. A terminating error is thrown.</summary>
    internal async Task EndAsync()
    {
        await Eventually.TrueAsync("the end of the script", () => Task.FromResult(_running.IsCompleted));
        _powerShell.EndInvoke(_running);
    }

    /// <summary>Waits for the end and gives the one token.</summary>
    internal async Task<AzToken> TokenAsync()
    {
        await EndAsync();
        Assert.True(Streams.Error.Count == 0, Everything());
        return Assert.IsType<AzToken>(Assert.Single(Output).BaseObject);
    }

    /// <summary>Waits for the end and gives the one error.</summary>
    internal async Task<ErrorRecord> ErrorAsync()
    {
        await EndAsync();
        Assert.Empty(Output);
        return Assert.Single(Streams.Error);
    }

    private async Task<string> MessageAsync(int number)
    {
        await Eventually.TrueAsync(
            "the message to the user",
            () => _running.IsCompleted ? throw new InvalidOperationException(Everything()) : Task.FromResult(Messages.Count >= number));
        return Messages[number - 1];
    }

    internal void Stop() => _powerShell.Stop();

    /// <summary>All that the streams hold but the output, for checks that something is nowhere in it.</summary>
    internal string Everything()
    {
        var text = new StringBuilder();
        foreach (var error in Streams.Error)
        {
            text.AppendLine(error.ToString()).AppendLine(error.FullyQualifiedErrorId).AppendLine(error.CategoryInfo.ToString())
                .AppendLine(error.CategoryInfo.TargetName).AppendLine(error.Exception.ToString());
        }

        text.AppendJoin('\n', Streams.Warning).AppendJoin('\n', Streams.Verbose).AppendJoin('\n', Streams.Debug);
        text.AppendJoin('\n', Streams.Information).AppendJoin('\n', Streams.Progress);
        return text.ToString();
    }
}
