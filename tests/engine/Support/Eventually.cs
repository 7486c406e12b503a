using System.Diagnostics;

namespace AzTokenRs.EngineTests.Support;

/// <summary>Waits for something that another process or thread does, up to a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);

    internal static async Task<T> GetAsync<T>(string what, Func<Task<T?>> probe)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await probe() is { } found)
            {
                return found;
            }

            Assert.True(watch.Elapsed < s_deadline, $"Waited in vain for {what}.");
            await Task.Delay(s_step);
        }
    }

    internal static Task TrueAsync(string what, Func<Task<bool>> probe) =>
        GetAsync(what, async () => await probe() ? what : null);
}
