using System;
using System.Diagnostics;
using System.Management.Automation;

namespace AzTokenRs;

/// <summary>
/// Tells whether PowerShell is writing an object for a job, a remote session or Export-Clixml. It then writes every public
/// property and the object's ToString() in plain text, and only SecureString is encrypted. A types file could leave properties out,
/// but not ToString(), is refused by the execution policies Restricted and AllSigned, and is gone when the module is removed.
/// So the objects that hold a secret ask here, and answer null.
/// </summary>
internal static class Serialization
{
    /// <summary>What stands in the place of the object's text.</summary>
    internal const string Placeholder = "(secret: see the properties of type SecureString)";

    /// <summary>From a property of ours up to the serializer, there are about six calls.</summary>
    private const int MaxFrames = 24;

    /// <summary>Whether the caller of our caller is PowerShell's serializer.</summary>
    internal static bool IsRunning
    {
        get
        {
            var stack = new StackTrace(1, false);
            for (var index = 0; index < stack.FrameCount && index < MaxFrames; index++)
            {
                var type = stack.GetFrame(index)?.GetMethod()?.DeclaringType;
                if (type is not null && type.Assembly == typeof(PSObject).Assembly && IsSerializer(type.Name))
                {
                    return true;
                }
            }

            return false;
        }
    }

    // InternalSerializer, SerializationUtilities, InternalMISerializer, CustomInternalSerializer …
    private static bool IsSerializer(string name) => name.IndexOf("Serializ", StringComparison.Ordinal) >= 0;
}
