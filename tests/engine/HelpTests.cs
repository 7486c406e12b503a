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

    private readonly XElement[] _help = XDocument
        .Load(Path.Combine(Repository.ModuleFolder, "en-US", "AzTokenRs.dll-Help.xml"))
        .Descendants(s_command + "command").ToArray();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Get-AzToken", "Gets a Microsoft Entra ID (Azure AD) access token.")]
    [InlineData("New-AzAuthorizationUri", "Makes the address that a browser signs in at.")]
    [InlineData("New-AzPkceChallenge", "Makes a code verifier and its challenge.")]
    [InlineData("New-AzClientAssertion", "Signs a client assertion with a certificate.")]
    [InlineData("New-AzClientCredential", "Creates the credential of a confidential client.")]
    [InlineData("ConvertFrom-AzToken", "Decodes a token on this machine.")]
    [InlineData("Test-AzToken", "Checks whether a token is valid: signature, issuer, audience, times.")]
    [InlineData("Get-AzOpenIdConfiguration", "Gets the metadata of a tenant: endpoints, issuer, tenant ID.")]
    [InlineData("Start-AzTokenEmulator", "Starts a local Entra ID for tests and demos.")]
    [InlineData("Stop-AzTokenEmulator", "Stops a local Entra ID.")]
    [InlineData("Get-AzTokenEmulatorRequest", "Gets the requests that a local Entra ID has received.")]
    [InlineData("Add-AzTokenEmulatorFault", "Makes the next requests to a local Entra ID fail.")]
    [InlineData("New-AzTokenEmulatorToken", "Makes a token of a local Entra ID without a sign-in.")]
    [InlineData("Approve-AzTokenEmulatorSignIn", "Signs a user in to a local Entra ID, as a person with a browser would.")]
    public void Get_Help_has_a_synopsis_and_examples(string cmdlet, string synopsis)
    {
        Assert.Equal(synopsis, Assert.Single(_session.Invoke($"(Get-Help {cmdlet}).Synopsis")).BaseObject);
        Assert.NotEmpty(_session.Invoke($"(Get-Help {cmdlet}).examples.example.code"));
    }

    [Theory]
    [MemberData(nameof(ParameterTable.Cmdlets), MemberType = typeof(ParameterTable))]
    public void Get_Help_describes_every_parameter(string cmdlet)
    {
        foreach (var name in ParameterTable.Of(cmdlet).Keys)
        {
            var text = _session.Invoke($"(Get-Help {cmdlet} -Parameter {name}).description | ForEach-Object Text");
            Assert.True(text.Count > 0 && ((string)text[0].BaseObject).Length > 20, $"No help for -{name}.");
        }
    }

    [Theory]
    [MemberData(nameof(ParameterTable.Cmdlets), MemberType = typeof(ParameterTable))]
    public void The_file_names_exactly_the_parameters_of_the_cmdlet(string cmdlet)
    {
        var help = Help(cmdlet);
        var expected = ParameterTable.Of(cmdlet).Keys.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(expected, help.Element(s_command + "parameters")!.Elements().Select(Name).Order(StringComparer.Ordinal));

        // The syntax has an item per set, which together show every parameter.
        var shown = help.Element(s_command + "syntax")!.Descendants(s_command + "parameter").Select(Name).Distinct();
        Assert.Equal(expected, shown.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ParameterTable.Cmdlets), MemberType = typeof(ParameterTable))]
    public void The_file_says_of_each_parameter_what_the_table_says(string cmdlet)
    {
        var table = ParameterTable.Of(cmdlet);
        foreach (var parameter in Help(cmdlet).Descendants(s_command + "parameter"))
        {
            var name = Name(parameter);
            var contract = table[name];
            var position = contract.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named";
            Assert.Equal((name, position), (name, (string?)parameter.Attribute("position")));
            // In a syntax item a proof is optional where another parameter chooses the grant.
            Assert.True(!(bool)parameter.Attribute("required")! || contract.Mandatory is not null, name);
            Assert.Equal((name, string.Join(", ", contract.Aliases ?? ["none"])), (name, (string?)parameter.Attribute("aliases")));
            Assert.Equal((name, contract.Pipeline is not null), (name, ((string)parameter.Attribute("pipelineInput")!).StartsWith("True", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(ParameterTable.Cmdlets), MemberType = typeof(ParameterTable))]
    public void Every_example_is_valid_and_uses_parameters_that_exist(string cmdlet)
    {
        var known = ParameterTable.Of(cmdlet).Keys
            .Concat(System.Management.Automation.Cmdlet.CommonParameters).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var examples = Help(cmdlet).Descendants(s_dev + "code").Select(code => code.Value).ToArray();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var script = Parser.ParseInput(example, out _, out var errors);
            Assert.Empty(errors);
            var calls = script.FindAll(ast => ast is CommandAst call && call.GetCommandName() == cmdlet, true).Cast<CommandAst>();
            Assert.All(
                calls.SelectMany(call => call.CommandElements.OfType<CommandParameterAst>()),
                parameter => Assert.Contains(parameter.ParameterName, known));
        }
    }

    private XElement Help(string cmdlet) =>
        _help.Single(command => command.Descendants(s_command + "name").First().Value == cmdlet);

    private static string Name(XElement parameter) => parameter.Element(s_maml + "name")!.Value;
}
