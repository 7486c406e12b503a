using System;
using AzTokenRs.Json;
using AzTokenRs.Native;

namespace AzTokenRs.Operations;

/// <summary>A function of the native library that answers at once: it has no operation, and uses no network.</summary>
internal static class DirectCall
{
    /// <exception cref="AzTokenException">The request is refused, or the answer can't be read.</exception>
    /// <exception cref="NativeLibraryException">The library can't be used.</exception>
    internal static JsonObject Result(RequestFunction function, byte[] request, int length)
    {
        NativeLoader.EnsureLoaded();
        NativeBuffer.Check(function(request, (UIntPtr)(uint)length, out var buffer));
        var answer = NativeBuffer.Take(buffer);
        try
        {
            var outcome = EventReader.Read(answer) as OutcomeEvent
                ?? throw new FormatException("An event has come in the place of a result.");
            return outcome.Result ?? throw outcome.Error ?? throw new FormatException("A token has come in the place of a result.");
        }
        catch (FormatException exception)
        {
            throw EventReader.Unreadable(exception.Message).Error!;
        }
        finally
        {
            Array.Clear(answer, 0, answer.Length);
        }
    }
}
