namespace AzTokenRs.EngineTests.Support;

/// <summary>Base of tests that talk to an emulator: one for the class, and a fresh session for each test.</summary>
public abstract class EmulatorTests : IClassFixture<Emulator>, IAsyncLifetime, IDisposable
{
    private protected EmulatorTests(Emulator emulator) => Emulator = emulator;

    private protected Emulator Emulator { get; }

    private protected EngineSession Session { get; } = new();

    /// <inheritdoc/>
    public Task InitializeAsync() => Emulator.ResetAsync();

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Dispose();
        GC.SuppressFinalize(this);
    }
}
