using System;
using System.Runtime.InteropServices;
using System.Security;

namespace AzTokenRs;

/// <summary>Text to SecureString and back.</summary>
internal static class SecureText
{
    internal static SecureString Secure(string text)
    {
        var secure = new SecureString();
        foreach (var character in text)
        {
            secure.AppendChar(character);
        }

        secure.MakeReadOnly();
        return secure;
    }

    internal static string Plain(SecureString secure)
    {
        var copy = Marshal.SecureStringToGlobalAllocUnicode(secure);
        try
        {
            return Marshal.PtrToStringUni(copy, secure.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(copy);
        }
    }
}
