using System;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;
using AzTokenRs.Errors;
using AzTokenRs.Json;
using AzTokenRs.Operations;

namespace AzTokenRs.ClientAuth;

/// <summary>
/// A script block that is asked for a fresh client assertion each time that one is sent. It gets the tenant as <c>$_</c>.
/// </summary>
/// <param name="script">The script block.</param>
/// <param name="parameter">The parameter that it came from, which errors name.</param>
internal sealed class AssertionScriptProof(ScriptBlock script, string parameter) : ClientProof
{
    // A script block runs in the runspace that made it. From another one, the two would wait for each other.
    private readonly Guid? _runspace = Runspace.DefaultRunspace?.InstanceId;

    /// <inheritdoc/>
    internal override string Kind => "Assertion";

    /// <inheritdoc/>
    internal override Reply Answer(QuestionEvent question, string? tenant)
    {
        if (question is not AssertionQuestion)
        {
            return base.Answer(question, tenant);
        }

        if (Runspace.DefaultRunspace?.InstanceId != _runspace)
        {
            return Refuse(MessageId.AssertionScriptOtherRunspace);
        }

        Collection<PSObject> output;
        try
        {
            output = script.InvokeWithContext(null, [new PSVariable("_", tenant)]);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            return Refuse(MessageId.AssertionScriptFailed, exception.Message);
        }

        return (output.Count == 1 ? ToReply(output[0]?.BaseObject) : null) ?? Refuse(MessageId.AssertionScriptOutputInvalid);
    }

    private protected override void WriteMembers(JsonWriter json) => json.Member("kind", "assertion_request");

    private static Reply? ToReply(object? assertion) => assertion switch
    {
        string text => Reply.Answer(text),
        SecureString secret => Reply.Answer(secret),
        AzToken { Token: { } text } => Reply.Answer(text),
        _ => null,
    };

    private Reply Refuse(MessageId id, string? detail = null) => Reply.Refuse(Messages.Text(id, parameter, detail));
}
