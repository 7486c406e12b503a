using System;
using System.Runtime.InteropServices;

namespace AzTokenRs.Native;

/// <summary>
/// Takes a request of docs/abi.md. Hands out an operation (each grant has one such function) or, where the answer is there at
/// once, a buffer with it.
/// </summary>
internal delegate NativeStatus RequestFunction(byte[] request, UIntPtr requestLength, out ulong handle);

/// <summary>
/// Every extern of the module, with its name in include/aztoken.h. Handles are numbers, and a number that is no longer
/// valid is answered with a status, so nothing here needs a SafeHandle.
/// </summary>
internal static class NativeMethods
{
    /// <summary>The version of the ABI that these declarations are written for.</summary>
    internal const uint AbiVersion = 2;

    /// <summary>File name without extension.</summary>
    internal const string Library = "aztoken";

    // "aztoken" without a path: PowerShell 7 resolves it to <folder of AzTokenRs.dll>/<os>-<architecture>/aztoken.<ext>,
    // and Windows PowerShell finds it loaded (NativeLoader).
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_authorization_code(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_client_assertion(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_client_credentials(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_device_code(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_implicit(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_on_behalf_of(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_password(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_refresh_token(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_authorization_uri(byte[] request, UIntPtr requestLength, out ulong result);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_pkce_new(byte[] request, UIntPtr requestLength, out ulong result);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_jwt_decode(byte[] token, UIntPtr tokenLength, out ulong record);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_jwt_verify(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_openid_configuration(byte[] request, UIntPtr requestLength, out ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_operation_next(ulong operation, uint timeoutMilliseconds, out ulong buffer);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_operation_wait(
        ulong[] operations, UIntPtr count, uint timeoutMilliseconds, out UIntPtr ready);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_operation_reply(ulong operation, byte[] reply, UIntPtr replyLength);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_operation_cancel(ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_operation_free(ulong operation);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_buffer_data(ulong buffer, out IntPtr data, out UIntPtr length);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern NativeStatus aztoken_buffer_free(ulong buffer);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern uint aztoken_abi_version();
}
