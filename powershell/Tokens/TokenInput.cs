using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;

namespace AzTokenRs.Tokens;

/// <summary>The tokens of a parameter that takes one or several.</summary>
internal static class TokenInput
{
    internal static IEnumerable<object?> Each(object? input)
    {
        var value = input is PSObject wrapper ? wrapper.BaseObject : input;
        return value is IEnumerable several and not (string or IDictionary) ? Elements(several) : [input];
    }

    private static IEnumerable<object?> Elements(IEnumerable several)
    {
        foreach (var element in several)
        {
            yield return element;
        }
    }
}
