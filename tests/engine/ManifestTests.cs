using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using System.Text.RegularExpressions;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The module's manifest.</summary>
public sealed class ManifestTests
{
    // The keys that Windows PowerShell 5.1 knows and that are needed here; it refuses a manifest with any other.
    private static readonly string[] s_keys =
    [
        "RootModule", "ModuleVersion", "GUID", "Author", "CompanyName", "Copyright", "Description", "PowerShellVersion",
        "DotNetFrameworkVersion", "CompatiblePSEditions", "CmdletsToExport", "FunctionsToExport",
        "AliasesToExport", "VariablesToExport", "PrivateData",
    ];

    private readonly Hashtable _manifest = Read();

    [Fact]
    public void Is_valid_to_PowerShell()
    {
        using var session = new EngineSession();
        var module = Assert.IsType<PSModuleInfo>(
            Assert.Single(session.Invoke($"Test-ModuleManifest -Path {PsHostProcess.Quote(Repository.Module)}")).BaseObject);
        Assert.Equal(
            [
                "Add-AzTokenEmulatorFault", "Approve-AzTokenEmulatorSignIn", "ConvertFrom-AzToken", "Get-AzOpenIdConfiguration",
                "Get-AzToken", "Get-AzTokenEmulatorRequest", "New-AzAuthorizationUri", "New-AzClientAssertion", "New-AzClientCredential",
                "New-AzPkceChallenge", "New-AzTokenEmulatorToken", "Start-AzTokenEmulator", "Stop-AzTokenEmulator", "Test-AzToken",
            ],
            module.ExportedCmdlets.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(module.ExportedFunctions);
        Assert.Equal(["ConvertFrom-Jwt"], module.ExportedAliases.Keys);
        Assert.Empty(module.ExportedVariables);
    }

    [Fact]
    public void Has_only_keys_that_Windows_PowerShell_knows() =>
        Assert.Empty(_manifest.Keys.Cast<string>().Except(s_keys));

    [Fact]
    public void Names_what_is_exported_without_wildcards()
    {
        foreach (var key in s_keys.Where(key => key.EndsWith("ToExport", StringComparison.Ordinal)))
        {
            var names = Assert.IsType<object[]>(_manifest[key]);
            Assert.DoesNotContain(names, name => WildcardPattern.ContainsWildcardCharacters((string)name));
        }
    }

    [Fact]
    public void Runs_on_Windows_PowerShell()
    {
        Assert.Equal("5.1", _manifest["PowerShellVersion"]);
        Assert.Equal("4.7.2", _manifest["DotNetFrameworkVersion"]);
        Assert.Equal(["Desktop", "Core"], Assert.IsType<object[]>(_manifest["CompatiblePSEditions"]));
    }

    [Fact]
    public void Has_the_version_of_the_assembly_and_of_the_workspace()
    {
        var assembly = AssemblyName.GetAssemblyName(Repository.ModuleAssembly).Version!.ToString(3);
        var workspace = Regex.Match(
            File.ReadAllText(Repository.File("Cargo.toml")), "^version = \"([0-9.]+)\"", RegexOptions.Multiline).Groups[1].Value;
        Assert.Equal(assembly, _manifest["ModuleVersion"]);
        Assert.Equal(workspace, _manifest["ModuleVersion"]);
    }

    [Fact]
    public void The_file_it_names_is_there()
    {
        var file = (string)_manifest["RootModule"]!;
        Assert.True(File.Exists(Path.Combine(Repository.ModuleFolder, file)), file);
    }

    private static Hashtable Read()
    {
        var script = Parser.ParseFile(Repository.Module, out _, out var errors);
        Assert.Empty(errors);
        var data = Assert.IsType<HashtableAst>(script.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false));
        return (Hashtable)data.SafeGetValue();
    }
}
