using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace AzTokenRs.Emulation;

/// <summary>The emulator's program, which ships beside the native library.</summary>
internal static class EmulatorProgram
{
    /// <exception cref="AzTokenEmulatorException">The file is not there.</exception>
    internal static string Find()
    {
        var (system, extension) = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? ("win", ".exe")
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? ("osx", string.Empty)
            : ("linux", string.Empty);
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var module = Path.GetDirectoryName(typeof(EmulatorProgram).Assembly.Location)!;
        var path = Path.Combine(module, $"{system}-{architecture}", "entra-emulator" + extension);
        return File.Exists(path)
            ? path
            : throw new AzTokenEmulatorException(
                "EmulatorNotFound",
                $"The emulator's program '{path}' is missing. Reinstall AzTokenRs, or run 'cargo xtask build' in a checkout.");
    }

    /// <summary>One argument of a command line, by the rules that .NET reads it with on every platform.</summary>
    internal static string Quote(string argument)
    {
        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var character in argument)
        {
            if (character == '"')
            {
                // Backslashes are plain unless a quote follows; then each is doubled, and the quote has one of its own.
                quoted.Append('\\', backslashes + 1);
            }

            backslashes = character == '\\' ? backslashes + 1 : 0;
            quoted.Append(character);
        }

        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}
