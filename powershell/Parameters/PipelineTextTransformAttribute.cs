using System.Management.Automation;

namespace AzTokenRs.Parameters;

/// <summary>
/// For a text that may come as a property of a pipeline object. It refuses nothing while PowerShell binds: in the error of a
/// failed binding, PowerShell shows the whole object, which may hold a secret. The cmdlet asks <see cref="IsRefused"/>.
/// </summary>
internal sealed class PipelineTextTransformAttribute : ArgumentTransformationAttribute
{
    // No client ID or URI looks like these. PowerShell would make an empty string of null.
    private const string Refused = "<refused>";
    private const string None = "<none>";

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is null ? None
        : NoTokenTransformAttribute.Refusal(inputData) is not null ? Refused
        : LanguagePrimitives.TryConvertTo(inputData, out string text) ? text
        : Refused;

    /// <summary>The text; null for a property that is null.</summary>
    internal static string? Value(string? bound) => bound is None ? null : bound;

    /// <summary>Whether a value can't be used.</summary>
    /// <param name="bound">What was bound.</param>
    /// <param name="isArgument">Whether it was an argument of the call, where null is a mistake too.</param>
    internal static bool IsRefused(string? bound, bool isArgument) =>
        bound is Refused || (bound is None && isArgument) || (bound is not null && string.IsNullOrWhiteSpace(bound));
}
