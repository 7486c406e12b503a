using System.Globalization;
using System.Resources;

namespace AzTokenRs.Errors;

/// <summary>The texts of Messages.resx.</summary>
internal static class Messages
{
    private static readonly ResourceManager s_texts = new("AzTokenRs.Errors.Messages", typeof(Messages).Assembly);

    /// <summary>A text with its placeholders filled in.</summary>
    internal static string Text(MessageId id, params object?[] arguments)
    {
        // Invariant: with the session's culture, .NET would look for an assembly with a translation.
        var text = s_texts.GetString(id.ToString(), CultureInfo.InvariantCulture)!;
        return arguments.Length == 0 ? text : string.Format(CultureInfo.InvariantCulture, text, arguments);
    }
}
