using System.Management.Automation;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PsHost;

/// <summary>From nothing to an answer of Microsoft Graph, as a person at a prompt would see it.</summary>
internal static class Demo
{
    // Variables carry what came from the command line, so that no text of it becomes script.
    private const string GetToken = "$token = Get-AzToken -DeviceCode -Authority $authority -Tenant $tenant";

    internal static async Task<bool> RunAsync(Session session, DemoOptions options)
    {
        session.SetVariable("authority", options.Authority);
        session.SetVariable("tenant", options.Tenant);
        session.SetVariable("module", options.Module);
        // The prompt shows what a person would type.
        Prompt($"Import-Module {options.Module}");
        if (!session.Run("Import-Module -Name $module -ErrorAction Stop"))
        {
            return false;
        }

        Prompt($"$token = Get-AzToken -DeviceCode -Authority {options.Authority} -Tenant {options.Tenant}");
        if (!session.Run(GetToken) || Property(session.GetVariable("token"), "Token") is not string token)
        {
            return false;
        }

        Prompt("$token");
        session.Run("$token");
        Prompt("$token.Claims");
        session.Run("$token.Claims");
        Prompt($"Invoke-RestMethod {options.Graph}/me -Headers $token.Headers");
        return await ShowMeAsync(options.Graph, token).ConfigureAwait(false);
    }

    // The engine package has no Invoke-RestMethod, so the call is made here.
    private static async Task<bool> ShowMeAsync(string graph, string token)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{graph}/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await client.SendAsync(request).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                Console.Error.WriteLine($"Graph answered {(int)response.StatusCode}: {body}");
                return false;
            }

            foreach (var member in JsonDocument.Parse(body).RootElement.EnumerateObject())
            {
                Console.WriteLine($"{member.Name,-18} : {member.Value}");
            }

            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            Console.Error.WriteLine($"Graph could not be asked: {exception.Message}");
            return false;
        }
    }

    private static void Prompt(string command)
    {
        Console.WriteLine();
        Console.WriteLine($"PS> {command}");
    }

    private static object? Property(object? value, string name) =>
        value is null ? null : PSObject.AsPSObject(value).Properties[name]?.Value;
}
