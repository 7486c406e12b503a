using System.Diagnostics.CodeAnalysis;

namespace PsHost;

/// <summary>What the demo needs to know.</summary>
internal sealed record DemoOptions(string Module, string Authority, string Tenant, string Graph)
{
    internal static bool TryParse(string[] arguments, [NotNullWhen(true)] out DemoOptions? options)
    {
        options = null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index + 1 < arguments.Length; index += 2)
        {
            values[arguments[index]] = arguments[index + 1];
        }

        string[] names = ["--module", "--authority", "--tenant", "--graph"];
        if (arguments.Length != 2 * names.Length || !names.All(values.ContainsKey))
        {
            return false;
        }

        options = new DemoOptions(
            Path.GetFullPath(values["--module"]), values["--authority"].TrimEnd('/'), values["--tenant"], values["--graph"].TrimEnd('/'));
        return true;
    }
}
