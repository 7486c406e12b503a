using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using AzTokenRs.Errors;
using AzTokenRs.Json;
using AzTokenRs.Native;
using AzTokenRs.Parameters;

namespace AzTokenRs.Operations;

/// <summary>
/// Base of the cmdlets that run operations of the native library: up to ThrottleLimit at once, messages shown as they
/// come, outcomes emitted in the order of the input. Everything is written on the pipeline's thread.
/// </summary>
public abstract class OperationCmdlet : PSCmdlet, IDisposable
{
    /// <summary>Long, because StopProcessing wakes the wait.</summary>
    private const uint WaitMilliseconds = 60_000;

    // Shown by Write-Host's tag: every host prints such a record at once, whatever $InformationPreference says.
    private static readonly string[] s_hostTags = ["PSHOST"];

    private readonly object _gate = new();
    private readonly List<PendingOperation> _running = [];
    private readonly Queue<PendingOperation> _inOrder = new();
    private PipelineProgress? _progress;
    private CallArguments? _arguments;
    private int _started;
    private volatile bool _stopping;

    private protected OperationCmdlet() => WarmUp.Begin();

    /// <summary>How many operations may run at once.</summary>
    private protected virtual int AtOnce => 8;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        lock (_gate)
        {
            foreach (var pending in _running)
            {
                pending.Dispose();
            }

            _running.Clear();
        }

        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _arguments = new CallArguments(MyInvocation);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        while (_running.Count > 0)
        {
            Pump(WaitMilliseconds);
        }

        if (_progress?.Completed() is { } completed)
        {
            WriteProgress(completed);
        }

        if (_progress?.Failures() is { } failures)
        {
            WriteWarning(failures);
        }
    }

    /// <summary>Called on another thread than the pipeline's, also while that one waits.</summary>
    protected override void StopProcessing()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (var pending in _running)
            {
                pending.Operation.Cancel();
            }
        }
    }

    /// <summary>Starts an operation, waiting for a free place first; its outcome is emitted when its turn comes.</summary>
    private protected void Submit(GrantRequest request, object? target)
    {
        if (MyInvocation.ExpectingInput && _progress is null)
        {
            var clock = Stopwatch.StartNew();
            _progress = new PipelineProgress(MyInvocation.MyCommand.Name, () => clock.Elapsed);
        }

        while (_running.Count >= AtOnce)
        {
            Pump(WaitMilliseconds);
        }

        try
        {
            Start(request, target);
        }
        catch (NativeLibraryException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception));
        }

        // What is there already is shown now: the next input object may be long in coming.
        while (_running.Count > 0 && Pump(0))
        {
        }
    }

    /// <summary>Whether the parameter was given in the call itself, not by the pipeline.</summary>
    private protected bool IsOnCommandLine(string parameter) => _arguments?.Contains(parameter) == true;

    /// <summary>Whether the parameter was given at all.</summary>
    private protected bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>
    /// Writes an error. A mistake in the call ends the pipeline, as it would be the same for each input object; what concerns
    /// one input object is an error of its own.
    /// </summary>
    private protected void Report(AzTokenException exception, object? target) => Report(exception, target, FromPipeline());

    private void Report(AzTokenException exception, object? target, string[] fromPipeline)
    {
        var record = ErrorRecords.From(exception, target, MyInvocation);
        if (exception.Error == "invalid_parameter" && !Concerns(exception, fromPipeline))
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
    }

    /// <summary>Whether the mistake is in what came from the pipeline.</summary>
    private bool Concerns(AzTokenException exception, string[] fromPipeline) => exception.Parameter is { } parameter
        && (Array.IndexOf(fromPipeline, parameter) >= 0
            // A token or URL from the pipeline also brings its authority, client, scopes and refresh token.
            || (exception.Reason != "missing" && !IsOnCommandLine(parameter)
                && parameter is "Authority" or "ClientId" or "Tenant" or "Resource" or "Scope" or "RedirectUri" or "RefreshToken"
                && Array.Exists(fromPipeline, name => name is "InputObject" or "AuthorizationUri" or "RefreshToken")));

    private string[] FromPipeline() => _arguments?.FromPipeline() ?? [];

    /// <inheritdoc cref="CallArguments.IsInputUnused"/>
    private protected bool IsInputUnused => _arguments?.IsInputUnused() == true;

    private protected AzTokenException? RefusedTenant(string? tenant) =>
        TenantTransformAttribute.Refusal(tenant, IsGiven("Tenant"));

    /// <summary>What is wrong with the tenant or the pipeline object, which PowerShell's own checks must not refuse.</summary>
    private protected AzTokenException? RefusedInput(string? tenant) => IsInputUnused
        ? AzTokenException.InCall(MessageId.InputObjectUnsupported, CallArguments.InputObject)
        : RefusedTenant(tenant);

    /// <summary>What a cmdlet puts out for the result of an operation that gives no token.</summary>
    /// <exception cref="FormatException">The result is not what docs/abi.md says.</exception>
    private protected virtual object FromResult(JsonObject result) =>
        throw new FormatException("A result has come in the place of a token.");

    private void Start(GrantRequest request, object? target)
    {
        lock (_gate)
        {
            // Under the lock, so that StopProcessing either finds the operation or keeps it from starting.
            ThrowIfStopping();
            var pending = new PendingOperation(request.Start(), target, ++_started, request.Proof) { FromPipeline = FromPipeline() };
            _running.Add(pending);
            _inOrder.Enqueue(pending);
        }
    }

    /// <summary>Handles what one operation has to report. False when none had anything to say in that time.</summary>
    private bool Pump(uint timeoutMilliseconds)
    {
        var operations = _running.Select(pending => pending.Operation).ToArray();
        var ready = Operation.WaitAny(operations, timeoutMilliseconds);
        ThrowIfStopping();
        if (ready < 0)
        {
            return false;
        }

        var pending = _running[ready];
        while (pending.Outcome is null && Next(pending.Operation, out var report))
        {
            if (report is not null)
            {
                Handle(pending, report);
            }
        }

        EmitOutcomes();
        return true;
    }

    private static bool Next(Operation operation, out OperationEvent? report)
    {
        report = null;
        if (operation.TryNext() is not { } json)
        {
            return false;
        }

        try
        {
            report = EventReader.Read(json);
        }
        catch (FormatException exception)
        {
            report = EventReader.Unreadable(exception.Message);
        }
        finally
        {
            Array.Clear(json, 0, json.Length);
        }

        return true;
    }

    private void Handle(PendingOperation pending, OperationEvent report)
    {
        switch (report)
        {
            case TraceEvent { IsDebug: true } trace:
                WriteDebug(InWords(trace.Text));
                break;
            case TraceEvent trace:
                WriteVerbose(InWords(trace.Text));
                break;
            case WarningEvent warning:
                // With -WarningAction Stop, this throws, and the operation ends before it does what it warned of.
                WriteWarning(InWords(warning.Text));
                if (warning.Confirm)
                {
                    pending.Confirm();
                }

                break;
            case MessageEvent message:
                WriteInformation(new HostInformationMessage { Message = Named(pending, InWords(message.Text)) }, s_hostTags);
                if (message.Confirm)
                {
                    pending.Confirm();
                }

                break;
            case ProgressEvent progress:
                WriteProgress(pending.Progress(progress, Named(pending, progress.Activity)));
                break;
            case QuestionEvent question:
                pending.Answer(question);
                break;
            case OutcomeEvent outcome:
                Finish(pending, outcome);
                break;
        }
    }

    private string InWords(string text) => ParameterNames.InText(text, MyInvocation);

    // Of several tenants of a pipeline, each message says whose it is: codes and pages look alike.
    private string Named(PendingOperation pending, string text) =>
        MyInvocation.ExpectingInput && pending.Target is string tenant ? $"{tenant}: {text}" : text;

    private void Finish(PendingOperation pending, OutcomeEvent outcome)
    {
        pending.Outcome = outcome;
        lock (_gate)
        {
            _running.Remove(pending);
        }

        pending.Dispose();
        if (pending.ProgressCompleted() is { } completed)
        {
            WriteProgress(completed);
        }
    }

    private void EmitOutcomes()
    {
        while (_inOrder.Count > 0 && _inOrder.Peek().Outcome is { } outcome)
        {
            var pending = _inOrder.Dequeue();
            var target = pending.Target;
            if (_progress?.Count(outcome.Error is not null) is { } progress)
            {
                WriteProgress(progress);
            }

            if (outcome.Error is { } error)
            {
                Report(error, target, pending.FromPipeline);
            }
            else if (outcome.Result is { } result)
            {
                EmitResult(result, target);
            }
            else
            {
                WriteObject(outcome.Token!);
            }
        }
    }

    private void EmitResult(JsonObject result, object? target)
    {
        object output;
        try
        {
            output = FromResult(result);
        }
        catch (FormatException exception)
        {
            WriteError(ErrorRecords.From(EventReader.Unreadable(exception.Message).Error!, target));
            return;
        }

        WriteObject(output);
    }

    private void ThrowIfStopping()
    {
        if (_stopping)
        {
            throw new PipelineStoppedException();
        }
    }
}
