using System;
using System.Linq;
using System.Management.Automation;

namespace AzTokenRs.Parameters;

/// <summary>
/// Puts the words of a response type in the order that the native library knows them by: they may come in any
/// (OAuth 2.0 Multiple Response Type Encoding Practices, section 3).
/// </summary>
internal sealed class ResponseTypeTransformAttribute : ArgumentTransformationAttribute
{
    private static readonly NoTokenTransformAttribute s_others = new();

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        return value is string words ? InOrder(words) : s_others.Transform(engineIntrinsics, inputData);
    }

    // They happen to be in alphabetical order: code, id_token, token.
    private static string InOrder(string words) => string.Join(
        " ",
        words.ToLowerInvariant().Split([' '], StringSplitOptions.RemoveEmptyEntries).OrderBy(word => word, StringComparer.Ordinal));
}
