using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace AzTokenRs.Parameters;

/// <summary>Which parameters a call gave itself, and which came from the pipeline. To be made in BeginProcessing.</summary>
internal sealed class CallArguments(InvocationInfo call)
{
    internal const string InputObject = "InputObject";

    private readonly HashSet<string> _names = new(call.BoundParameters.Keys, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the parameter was given in the call itself.</summary>
    internal bool Contains(string parameter) => _names.Contains(parameter);

    /// <summary>The parameters that the current pipeline object gave.</summary>
    internal string[] FromPipeline() => call.ExpectingInput
        ? [.. call.BoundParameters.Keys.Where(name => !_names.Contains(name))]
        : [];

    /// <summary>
    /// Whether a pipeline object came of which nothing is used. That is for the cmdlet to say: PowerShell would show the object
    /// in its error, and it may hold a secret.
    /// </summary>
    internal bool IsInputUnused()
    {
        var names = FromPipeline();
        return names.Length == 1 && names[0] == InputObject;
    }
}
