using System;

namespace AzTokenRs;

/// <summary>The local Entra ID could not be started, or refused what was asked of it.</summary>
public sealed class AzTokenEmulatorException : Exception
{
    internal AzTokenEmulatorException(string errorId, string message, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = errorId;
    }

    /// <summary>
    /// <c>EmulatorNotFound</c>, <c>ConfigurationInvalid</c>, <c>EmulatorStartFailed</c>, <c>EmulatorNotRunning</c>,
    /// <c>EmulatorAmbiguous</c>, <c>EmulatorRefused</c> or <c>EmulatorResponse</c>.
    /// </summary>
    public string ErrorId { get; }
}
