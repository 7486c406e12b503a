using System.Management.Automation.Language;
using System.Xml.Linq;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The help, by Get-Help and in its file.</summary>
public sealed class HelpTests : IDisposable
{
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private readonly EngineSession _session = new();

    private readonly XElement _help = XDocument
        .Load(Path.Combine(Repository.ModuleFolder, "en-US", "AzTokenRs.dll-Help.xml"))
        .Descendants(s_command + "command").Single();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    [Fact]
    public void Get_Help_has_a_synopsis_and_examples()
    {
        Assert.Equal(
            "Gets a Microsoft Entra ID (Azure AD) access token.",
            Assert.Single(_session.Invoke("(Get-Help Get-AzToken).Synopsis")).BaseObject);
        Assert.NotEmpty(_session.Invoke("(Get-Help Get-AzToken).examples.example.code"));
    }

    [Fact]
    public void Get_Help_describes_every_parameter()
    {
        foreach (var name in ParameterTable.Of("Get-AzToken").Keys)
        {
            var text = _session.Invoke($"(Get-Help Get-AzToken -Parameter {name}).description | ForEach-Object Text");
            Assert.True(text.Count > 0 && ((string)text[0].BaseObject).Length > 20, $"No help for -{name}.");
        }
    }

    [Theory]
    [InlineData("parameters")]
    [InlineData("syntax")]
    public void The_file_names_exactly_the_parameters_of_the_cmdlet(string section)
    {
        var names = _help.Element(s_command + section)!.Descendants(s_command + "parameter").Select(Name);
        Assert.Equal(
            ParameterTable.Of("Get-AzToken").Keys.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_file_says_of_each_parameter_what_the_table_says()
    {
        var table = ParameterTable.Of("Get-AzToken");
        foreach (var parameter in _help.Descendants(s_command + "parameter"))
        {
            var name = Name(parameter);
            var contract = table[name];
            var position = contract.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named";
            Assert.Equal((name, position), (name, (string?)parameter.Attribute("position")));
            Assert.Equal((name, contract.Mandatory is not null), (name, (bool)parameter.Attribute("required")!));
            Assert.Equal((name, string.Join(", ", contract.Aliases ?? ["none"])), (name, (string?)parameter.Attribute("aliases")));
            Assert.Equal((name, contract.Pipeline is not null), (name, ((string)parameter.Attribute("pipelineInput")!).StartsWith("True", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Every_example_is_valid_and_uses_parameters_that_exist()
    {
        var known = ParameterTable.Of("Get-AzToken").Keys
            .Concat(System.Management.Automation.Cmdlet.CommonParameters).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var examples = _help.Descendants(s_dev + "code").Select(code => code.Value).ToArray();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var script = Parser.ParseInput(example, out _, out var errors);
            Assert.Empty(errors);
            var calls = script.FindAll(ast => ast is CommandAst call && call.GetCommandName() == "Get-AzToken", true).Cast<CommandAst>();
            Assert.All(
                calls.SelectMany(call => call.CommandElements.OfType<CommandParameterAst>()),
                parameter => Assert.Contains(parameter.ParameterName, known));
        }
    }

    private static string Name(XElement parameter) => parameter.Element(s_maml + "name")!.Value;
}
