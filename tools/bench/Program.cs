using AzTokenRs.Bench;

// bench <what> <path of AzTokenRs.psd1> …
return args switch
{
    ["convert", var module] => ConvertBench.Run(module),
    ["start", var module, var emptyModule, var authority, var bundle] => StartBench.Run(module, emptyModule, authority, bundle),
    ["once", .. var candidate] => StartBench.RunOnce(candidate),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: bench convert <path of AzTokenRs.psd1>
               bench start <path of AzTokenRs.psd1> <path of EmptyModule.psd1> <HTTPS URL of the emulator> <its CA's file>
        """);
    return 2;
}
