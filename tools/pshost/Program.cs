using PsHost;

const string usage = """
    pshost -Command <script>
        Runs a script in PowerShell's engine and prints what it writes.
    pshost demo --module <AzTokenRs.psd1> --authority <url> --tenant <tenant> --graph <url>
        Gets a token by Get-AzToken -DeviceCode, shows it, and calls Microsoft Graph with it.
    """;

switch (args)
{
    case ["-Command" or "-c", var script]:
        using (var session = new Session())
        {
            return session.Run(script) ? 0 : 1;
        }

    case ["demo", .. var options] when DemoOptions.TryParse(options, out var demo):
        using (var session = new Session())
        {
            return await Demo.RunAsync(session, demo).ConfigureAwait(false) ? 0 : 1;
        }

    default:
        Console.Error.WriteLine(usage);
        return 2;
}
