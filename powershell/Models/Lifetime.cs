using System;

namespace AzTokenRs;

/// <summary>The time until a token expires.</summary>
internal static class Lifetime
{
    /// <summary>In whole seconds, rounded down; negative once the time has passed.</summary>
    internal static TimeSpan Left(DateTimeOffset end) =>
        TimeSpan.FromSeconds(Math.Floor((end - DateTimeOffset.Now).TotalSeconds));
}
