using AzTokenRs.Bench;

// bench <what> <path of AzTokenRs.psd1>
return args switch
{
    ["convert", var module] => ConvertBench.Run(module),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: bench convert <path of AzTokenRs.psd1>");
    return 2;
}
