using System.Management.Automation;

namespace EmptyModule;

/// <summary>Does nothing.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Empty")]
public sealed class InvokeEmpty : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(true);
}
