using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DLedger.Host;

/// <summary>Writes JSON by hand: no reflection, so a command starts quickly, and the names on paper are the names in code.</summary>
internal static class JsonLine
{
    // Bodies are shown as they are; the output is a JSON file, not a web page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one value and a newline.</summary>
    public static void Write(Stream output, Action<Utf8JsonWriter> value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options)) value(json);
        output.Write(Shown(buffer.WrittenSpan));
        output.WriteByte((byte)'\n');
    }

    /// <summary>
    /// The encoder escapes control characters, and leaves those that turn the direction of text round: they all begin with one of two bytes.
    /// </summary>
    private static ReadOnlySpan<byte> Shown(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny((byte)0xe2, (byte)0xd8) < 0) return json;
        var text = Encoding.UTF8.GetString(json);
        var shown = PlainText.Line(text);
        return ReferenceEquals(text, shown) ? json : Encoding.UTF8.GetBytes(shown);
    }
}
