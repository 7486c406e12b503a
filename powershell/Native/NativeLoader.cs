using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;

namespace AzTokenRs.Native;

/// <summary>Makes sure, before the first call, that the native library is there and is the right one.</summary>
internal static class NativeLoader
{
    private const string NotFound = "NativeLibraryNotFound";
    private const string Mismatch = "NativeLibraryMismatch";

    private static readonly object s_gate = new();
    private static bool s_loaded;

    // .NET Framework's version is 4, and that of the .NET of PowerShell 7.4 is 8.
    internal static bool IsWindowsPowerShell => Environment.Version.Major == 4;

    /// <exception cref="NativeLibraryException">It is not; the message says which file was looked for where.</exception>
    internal static void EnsureLoaded()
    {
        lock (s_gate)
        {
            if (s_loaded)
            {
                return;
            }

            if (IsWindowsPowerShell)
            {
                LoadOnWindowsPowerShell();
            }

            CheckVersion();
            s_loaded = true;
        }
    }

    /// <summary>Where the library belongs: the folder names are those that PowerShell 7 looks into by itself.</summary>
    private static string ExpectedPath()
    {
        var (system, extension) = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? ("win", ".dll")
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? ("osx", ".dylib")
            : ("linux", ".so");
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var folder = Path.GetDirectoryName(typeof(NativeLoader).Assembly.Location)!;
        return Path.Combine(folder, $"{system}-{architecture}", NativeMethods.Library + extension);
    }

    /// <summary>
    /// Windows PowerShell knows nothing of folders per platform. Once loaded by its full path, the library is found by
    /// its name by every DllImport.
    /// </summary>
    private static void LoadOnWindowsPowerShell()
    {
        var path = ExpectedPath();
        if (LoadLibraryW(path) == IntPtr.Zero)
        {
            throw Unloadable(path, new Win32Exception(Marshal.GetLastWin32Error()));
        }
    }

    private static void CheckVersion()
    {
        uint version;
        try
        {
            version = NativeMethods.aztoken_abi_version();
        }
        catch (DllNotFoundException exception)
        {
            throw Unloadable(ExpectedPath(), exception);
        }
        catch (BadImageFormatException exception)
        {
            throw Wrong(ExpectedPath(), "is not a library for this platform and architecture", exception);
        }
        catch (EntryPointNotFoundException exception)
        {
            throw Wrong(ExpectedPath(), "is not the library of AzTokenRs", exception);
        }

        if (version != NativeMethods.AbiVersion)
        {
            throw Wrong(ExpectedPath(), $"has version {version} of the interface, and version {NativeMethods.AbiVersion} is needed");
        }
    }

    private static NativeLibraryException Unloadable(string path, Exception inner) => File.Exists(path)
        ? Wrong(path, $"can't be loaded ({inner.Message.Trim()})", inner)
        : new NativeLibraryException(
            NotFound,
            $"The native library '{Path.GetFileName(path)}' was looked for in the folder '{Path.GetDirectoryName(path)}' and is not there. "
            + "Install AzTokenRs again, or build it with 'cargo xtask build' if this is a checkout.",
            inner);

    private static NativeLibraryException Wrong(string path, string problem, Exception? inner = null)
    {
        var message = $"The native library '{Path.GetFileName(path)}' in the folder '{Path.GetDirectoryName(path)}' {problem}. "
            + "Close PowerShell and install AzTokenRs again, so that all its files are of one version and for this platform.";
        return new NativeLibraryException(Mismatch, message, inner);
    }

    [DllImport("kernel32", CharSet = CharSet.Unicode, ExactSpelling = true, SetLastError = true)]
    private static extern IntPtr LoadLibraryW(string path);
}
