using System.Text;
using AzTokenRs.Json;

namespace AzTokenRs.EngineTests;

/// <summary>The module's own JSON reader and writer.</summary>
public sealed class JsonTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,")]
    [InlineData("{\"a\":[1]")]
    [InlineData("\"open")]
    [InlineData("\"open\\\"")]
    [InlineData("\"open\\")]
    public void A_text_that_ends_too_early_is_refused(string text) =>
        Assert.Throws<FormatException>(() => JsonValue.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Depth_does_not_use_the_stack() => Assert.Equal(JsonKind.Array, Parse(Nested(1_000_000)).Kind);

    [Fact]
    public void Brackets_and_quotes_in_strings_end_nothing()
    {
        var members = Parse("{\"}\":\"]\\\"}\",\"b\":[\"[\",{\"c\":\"\\\\\"}],\"d\":-1.5e3}").Members().ToArray();
        Assert.Equal(["}", "b", "d"], members.Select(member => member.Key));
        Assert.Equal("]\"}", members[0].Value.GetString());
        Assert.Equal(2, members[1].Value.Elements().Count());
        Assert.Equal(-1500.0, members[2].Value.GetNumber());
    }

    [Fact]
    public void Long_strings_are_read()
    {
        var text = new string('x', 200_000);
        Assert.Equal(text, Parse($"\"{text}\"").GetString());
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("1.5e2", 150.0)]
    [InlineData("1e999", "1e999")]
    public void Numbers(string text, object expected) => Assert.Equal(expected, Parse(text).GetNumber());

    [Fact]
    public void An_integer_of_any_size_keeps_its_digits()
    {
        const string Text = "18446744073709551616";
        Assert.Equal(System.Numerics.BigInteger.Parse(Text, System.Globalization.CultureInfo.InvariantCulture), Parse(Text).GetNumber());
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("\"\\/\b\f\n\r\t\0\u001f")]
    [InlineData("åäö 漢字 🔑")]
    public void What_is_written_is_read(string text)
    {
        using var writer = new JsonWriter();
        writer.Write(text);
        Assert.Equal(text, JsonValue.Parse(writer.Bytes[..writer.Length]).GetString());
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character()
    {
        using var writer = new JsonWriter();
        writer.Write("a\ud83db\udd11c\ud83d");
        Assert.Equal("a\ufffdb\ufffdc\ufffd", JsonValue.Parse(writer.Bytes[..writer.Length]).GetString());
    }

    [Fact]
    public void Every_escape_is_read() =>
        Assert.Equal("\"\\/\b\f\n\r\tå🔑", Parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e5\\ud83d\\udd11\"").GetString());

    [Fact]
    public void White_space_is_passed_over()
    {
        var value = Parse(" \r\n{ \"a\" : [ 1 , { } , [ ] ] ,\t\"b\" : null } ");
        Assert.Equal(["a", "b"], value.Members().Select(member => member.Key));
        Assert.Equal(3, value.Members().First().Value.Elements().Count());
    }

    private static JsonValue Parse(string text) => JsonValue.Parse(Encoding.UTF8.GetBytes(text));

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
