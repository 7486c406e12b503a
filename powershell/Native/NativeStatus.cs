namespace AzTokenRs.Native;

/// <summary>What the native functions answer: <c>aztoken_status</c> of docs/abi.md.</summary>
internal enum NativeStatus
{
    Ok = 0,
    Timeout = 1,
    End = 2,
    NullPointer = 3,
    InvalidHandle = 4,
    InvalidArgument = 5,
    Panic = 6,
    Busy = 7,
}
