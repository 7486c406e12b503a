using AzTokenRs.Parameters;

namespace AzTokenRs.EngineTests.Support;

/// <summary>What an error says is wrong.</summary>
internal static class Refusals
{
    /// <summary>The error names a parameter: the one of that name, or one that stands for that request member.</summary>
    internal static void AssertNames(this AzTokenException exception, string parameterOrMember) =>
        Assert.Contains(exception.Parameter, ParameterNames.All(parameterOrMember).Append(parameterOrMember));
}
