namespace AzTokenRs.Json;

/// <summary>The kinds of value that JSON has (RFC 8259 section 3).</summary>
internal enum JsonKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}
