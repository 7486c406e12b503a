using System.Text;
using AzTokenRs.EngineTests.Support;
using AzTokenRs.Native;

namespace AzTokenRs.EngineTests;

/// <summary>Threads that wait for, cancel and free the same operations, in every order.</summary>
public sealed class CancelRaceTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const int Rounds = 500;

    [Fact]
    public async Task Cancel_and_free_may_race_with_each_other_and_with_a_wait()
    {
        // The engine finds the native library in the module's folder, once it has imported the module.
        Session.Start("Get-Command Get-AzToken").Dispose();
        var request = Encoding.UTF8.GetBytes($$"""{"options":{"authority":"{{Emulator.Url}}","tenant":"{{Support.Emulator.Contoso}}"} }""");
        var cancelled = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var operation = Operation.Start(NativeMethods.aztoken_device_code, request, request.Length);
            using var start = new Barrier(3);
            var waiting = Task.Run(() => WaitFor(operation, start));
            var cancelling = Task.Run(() =>
            {
                start.SignalAndWait();
                operation.Cancel();
                operation.Cancel();
            });
            start.SignalAndWait();
            // Of both orders, some.
            if (round % 2 == 0)
            {
                await cancelling.WaitAsync(TimeSpan.FromSeconds(20));
            }

            operation.Dispose();
            operation.Dispose();
            await cancelling.WaitAsync(TimeSpan.FromSeconds(20));
            cancelled += await waiting.WaitAsync(TimeSpan.FromSeconds(20)) ? 1 : 0;
            operation.Cancel();
        }

        // In some rounds the waiting thread was the first to learn of it.
        Assert.InRange(cancelled, 1, Rounds);
    }

    /// <summary>Whether the thread saw the operation end; otherwise it found it gone.</summary>
    private static bool WaitFor(Operation operation, Barrier start)
    {
        start.SignalAndWait();
        try
        {
            while (Operation.WaitAny([operation], 20_000) == 0)
            {
                while (operation.TryNext() is { } json)
                {
                    if (Encoding.UTF8.GetString(json).Contains("\"kind\":\"cancelled\"", StringComparison.Ordinal))
                    {
                        return true;
                    }
                }
            }

            throw new TimeoutException("Nothing woke the thread that waits.");
        }
        catch (InvalidOperationException exception) when (exception.Message.Contains(nameof(NativeStatus.InvalidHandle), StringComparison.Ordinal))
        {
            return false;
        }
    }
}
