namespace AzTokenRs.EngineTests.Support;

/// <summary>A test that reads /proc, and is reported as skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    /// <summary>Skips it elsewhere.</summary>
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "It reads /proc, which only Linux has.";
}

/// <summary>A test that needs the C compiler of a Unix, and is reported as skipped on Windows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    /// <summary>Skips it on Windows.</summary>
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "It builds a library with cc." : null;
}

/// <summary>Tests of what only a Unix has: displays named by variables, and scripts as programs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips them on Windows.</summary>
    public UnixTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows always has a display." : null;
}
