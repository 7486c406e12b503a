using System.Globalization;
using System.Text;

namespace AzTokenRs.Json;

/// <summary>Lays out JSON, one member a line. Values stay as they are written, and so does their order.</summary>
internal sealed class JsonIndenter
{
    private const int Step = 2;

    private readonly StringBuilder _output = new();
    private int _depth;

    /// <summary>Adds text of one's own as it is.</summary>
    internal void AppendRaw(string text) => _output.Append(text);

    /// <summary>Adds a value that was checked to be JSON.</summary>
    /// <param name="json">The value.</param>
    /// <param name="depth">How deep it stands in what was added before.</param>
    internal void Append(string json, int depth)
    {
        _depth = depth;
        var position = 0;
        while (position < json.Length)
        {
            position = json[position] == '"' ? AppendString(json, position) : AppendSyntax(json, position);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _output.ToString();

    private int AppendString(string json, int position)
    {
        var first = position++;
        while (json[position] != '"')
        {
            position += json[position] == '\\' ? 2 : 1;
        }

        for (var index = first; index <= position; index++)
        {
            AppendCharacter(json[index]);
        }

        return position + 1;
    }

    // U+007F to U+009F may stand in JSON as they are, and would control a terminal.
    private void AppendCharacter(char character)
    {
        if (char.IsControl(character))
        {
            _output.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
        }
        else
        {
            _output.Append(character);
        }
    }

    private int AppendSyntax(string json, int position)
    {
        var current = json[position++];
        switch (current)
        {
            case ' ' or '\t' or '\r' or '\n':
                break;
            case '{' or '[':
                var next = SkipSpace(json, position);
                _output.Append(current);
                if (json[next] is '}' or ']')
                {
                    _output.Append(json[next]);
                    return next + 1;
                }

                NewLine(++_depth);
                break;
            case '}' or ']':
                NewLine(--_depth);
                _output.Append(current);
                break;
            case ',':
                _output.Append(current);
                NewLine(_depth);
                break;
            case ':':
                _output.Append(": ");
                break;
            default:
                _output.Append(current);
                break;
        }

        return position;
    }

    private void NewLine(int depth) => _output.Append('\n').Append(' ', depth * Step);

    private static int SkipSpace(string json, int position)
    {
        while (json[position] is ' ' or '\t' or '\r' or '\n')
        {
            position++;
        }

        return position;
    }
}
