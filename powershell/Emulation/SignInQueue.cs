using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using AzTokenRs.Json;

namespace AzTokenRs.Emulation;

/// <summary>
/// The people who wait to sign in with the next device codes of an emulator: the thread that runs a test waits for the
/// token meanwhile.
/// </summary>
internal sealed class SignInQueue
{
    private const int PollMilliseconds = 50;

    private readonly AzTokenEmulator _emulator;
    private readonly Queue<(string? Username, string Decision)> _people = new();
    private bool _isWatching;

    internal SignInQueue(AzTokenEmulator emulator) => _emulator = emulator;

    internal void Add(string? username, string decision)
    {
        lock (_people)
        {
            _people.Enqueue((username, decision));
            if (!_isWatching)
            {
                _isWatching = true;
                Task.Run(WatchAsync);
            }
        }
    }

    internal void Clear()
    {
        lock (_people)
        {
            _people.Clear();
        }
    }

    private async Task WatchAsync()
    {
        while (HasMore())
        {
            try
            {
                if (Pending() is { } userCode && Next() is { } person)
                {
                    _emulator.Decide(userCode, person.Username, person.Decision, CancellationToken.None);
                }
            }
            catch (AzTokenEmulatorException exception) when (exception.ErrorId == "EmulatorRefused")
            {
                // The code has expired meanwhile, or the emulator knows no such user: the command that waits says so.
            }
            catch (Exception exception) when (exception is AzTokenEmulatorException or FormatException or OperationCanceledException)
            {
                // The emulator has ended.
                Clear();
            }

            await Task.Delay(PollMilliseconds).ConfigureAwait(false);
        }
    }

    private bool HasMore()
    {
        lock (_people)
        {
            _isWatching = _people.Count > 0 && _emulator.IsRunning;
            return _isWatching;
        }
    }

    private (string? Username, string Decision)? Next()
    {
        lock (_people)
        {
            return _people.Count > 0 ? _people.Dequeue() : null;
        }
    }

    private string? Pending()
    {
        foreach (var element in _emulator.Control.Get("device", CancellationToken.None).Elements())
        {
            var device = new JsonObject(element);
            if (device.RequiredText("state") == "pending")
            {
                return device.RequiredText("user_code");
            }
        }

        return null;
    }
}
