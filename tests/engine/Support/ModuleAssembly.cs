using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace AzTokenRs.EngineTests.Support;

/// <summary>
/// Loads AzTokenRs.dll from the module's folder. A copy beside the tests would be the one in the process, and would
/// look for its native library beside the tests.
/// </summary>
internal static class ModuleAssembly
{
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage", "CA2255", Justification = "It has to be there before any type of the module is touched.")]
    internal static void Register() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name == "AzTokenRs" ? context.LoadFromAssemblyPath(Repository.ModuleAssembly) : null;
}
