using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The promise of no managed dependencies, read off the assembly itself.</summary>
public sealed class AssemblyTests
{
    [Fact]
    public void References_netstandard_and_PowerShell_only()
    {
        using var assembly = new PEReader(File.OpenRead(Repository.ModuleAssembly));
        var metadata = assembly.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));
        Assert.Equal(["System.Management.Automation", "netstandard"], references.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Is_the_only_assembly_of_the_module()
    {
        var assemblies = Directory.EnumerateFiles(Path.Combine(Repository.ModuleFolder, "bin"), "*.dll")
            .Select(Path.GetFileName);
        Assert.Equal(["AzTokenRs.dll"], assemblies);
    }

    [Fact]
    public void Every_extern_is_exported_by_the_native_library()
    {
        using var assembly = new PEReader(File.OpenRead(Repository.ModuleAssembly));
        var metadata = assembly.GetMetadataReader();
        var imports = metadata.MethodDefinitions
            .Select(handle => metadata.GetMethodDefinition(handle).GetImport())
            .Where(import => !import.Module.IsNil
                && metadata.GetString(metadata.GetModuleReference(import.Module).Name) == "aztoken")
            .Select(import => metadata.GetString(import.Name))
            .ToArray();
        Assert.Contains("aztoken_device_code", imports);

        var library = NativeLibrary.Load(Repository.NativeLibrary);
        Assert.All(imports, name => Assert.True(NativeLibrary.TryGetExport(library, name, out _), name));
    }
}
