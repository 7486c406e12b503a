using AzTokenRs.Bench;

// bench <what> <path of AzTokenRs.psd1> …
return args switch
{
    ["convert", var module] => ConvertBench.Run(module),
    ["start", var module, var emptyModule, var url, var bundle, var id, var secret] =>
        StartBench.Run(module, emptyModule, new StartBench.Authority(url, bundle, id, secret)),
    ["once", .. var candidate] => StartBench.RunOnce(candidate),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: bench convert <path of AzTokenRs.psd1>
               bench start <path of AzTokenRs.psd1> <path of EmptyModule.psd1> <HTTPS URL of the emulator> <its CA's file> <client ID> <secret>
        """);
    return 2;
}
