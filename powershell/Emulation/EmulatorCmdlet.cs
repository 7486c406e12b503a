using System;
using System.Management.Automation;
using System.Threading;
using AzTokenRs.Errors;

namespace AzTokenRs.Emulation;

/// <summary>Base of the cmdlets around the local Entra ID: errors and Ctrl+C.</summary>
public abstract class EmulatorCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    private protected EmulatorCmdlet()
    {
    }

    private protected CancellationToken Cancelled => _stopping.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            Process();
        }
        catch (AzTokenEmulatorException exception)
        {
            var record = ErrorRecords.From(exception);
            if (IsFatal(exception))
            {
                ThrowTerminatingError(record);
            }

            WriteError(record);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Does the work for one object of the pipeline.</summary>
    private protected abstract void Process();

    /// <summary>Without the emulator, nothing that follows in a script means anything.</summary>
    private static bool IsFatal(AzTokenEmulatorException exception) => exception.ErrorId != "EmulatorRefused";
}
