using System;
using System.Text;
using AzTokenRs.Operations;

namespace AzTokenRs.Tokens;

/// <summary>
/// What <c>aztoken_jwt_decode</c> gives (docs/abi.md): a kind, and the texts of header, claims and message, which stay
/// UTF-8 until someone asks for them.
/// </summary>
internal sealed class JwtRecord
{
    private readonly byte[] _bytes;
    private readonly uint _kind;

    internal JwtRecord(byte[] bytes)
    {
        _bytes = bytes;
        var position = 0;
        _kind = ReadNumber(ref position);
        Header = ReadPart(ref position);
        Claims = ReadPart(ref position);
        MessageText = ReadPart(ref position);
    }

    /// <summary>Whether it could be read; if not, <see cref="Error"/> says why.</summary>
    internal bool IsToken => _kind != 0;

    internal AzTokenKind Kind => (AzTokenKind)_kind;

    internal ArraySegment<byte> Header { get; }

    /// <summary>Empty if they are encrypted.</summary>
    internal ArraySegment<byte> Claims { get; }

    /// <summary>A sentence for the user, mostly empty.</summary>
    internal string Message => Text(MessageText);

    private ArraySegment<byte> MessageText { get; }

    internal static string Text(ArraySegment<byte> part) => Encoding.UTF8.GetString(part.Array!, part.Offset, part.Count);

    internal AzTokenException Error()
    {
        var json = new byte[MessageText.Count];
        Buffer.BlockCopy(_bytes, MessageText.Offset, json, 0, json.Length);
        return EventReader.Read(json) is OutcomeEvent { Error: { } error }
            ? error
            : EventReader.Unreadable("It is no error.").Error!;
    }

    private ArraySegment<byte> ReadPart(ref int position)
    {
        var length = checked((int)ReadNumber(ref position));
        var part = new ArraySegment<byte>(_bytes, position, length);
        position += length;
        return part;
    }

    private uint ReadNumber(ref int position)
    {
        var number = _bytes[position] | ((uint)_bytes[position + 1] << 8)
            | ((uint)_bytes[position + 2] << 16) | ((uint)_bytes[position + 3] << 24);
        position += sizeof(uint);
        return number;
    }
}
