using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Security;
using AzTokenRs.Json;
using AzTokenRs.Operations;

namespace AzTokenRs.ClientAuth;

/// <summary>A script block that is asked for a fresh client assertion each time that one is sent.</summary>
internal sealed class AssertionScriptProof(ScriptBlock script) : ClientProof
{
    /// <inheritdoc/>
    internal override Reply Answer(QuestionEvent question)
    {
        if (question is not AssertionQuestion)
        {
            return base.Answer(question);
        }

        Collection<PSObject> output;
        try
        {
            output = script.Invoke();
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            return Reply.Refuse($"The script block of -ClientAssertion failed: {exception.Message}");
        }

        return output.Count == 1 ? ToReply(output[0]?.BaseObject) : Unusable();
    }

    private protected override void WriteMembers(JsonWriter json) => json.Member("kind", "assertion_request");

    private static Reply ToReply(object? assertion) => assertion switch
    {
        string text => Reply.Answer(text),
        SecureString secret => Reply.Answer(secret),
        AzToken { Token: { } text } => Reply.Answer(text),
        _ => Unusable(),
    };

    private static Reply Unusable() => Reply.Refuse(
        "The script block of -ClientAssertion must give one JWT, as a string, a SecureString or an AzToken, and nothing else.");
}
