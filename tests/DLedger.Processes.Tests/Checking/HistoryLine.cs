using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DLedger.Processes.Tests;

/// <summary>Writes and reads a line of a history: one JSON object with exactly six keys, null where there is nothing to say.</summary>
internal static class HistoryLine
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> output, HistoryEvent line)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("client", line.Client);
            json.WriteString("op", NameOf(line.Op));
            json.WriteString("type", NameOf(line.Type));
            if (line.Bodies is { } bodies)
            {
                json.WriteStartArray("value");
                foreach (var body in bodies) json.WriteStringValue(body);
                json.WriteEndArray();
            }
            else
            {
                json.WriteString("value", line.Body);
            }

            if (line.Index is { } index) json.WriteNumber("index", index);
            else json.WriteNull("index");
            json.WriteNumber("t", line.Time);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Throws <see cref="FormatException"/>, with what is wrong, for anything that is no line of a history.</summary>
    public static HistoryEvent Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            var op = json.GetProperty("op").GetString() switch
            {
                "append" => HistoryOp.Append,
                "read" => HistoryOp.Read,
                var other => throw new FormatException($"op is '{other}', neither append nor read"),
            };
            var type = json.GetProperty("type").GetString() switch
            {
                "invoke" => HistoryType.Invoke,
                "ok" => HistoryType.Ok,
                "fail" => HistoryType.Fail,
                "info" => HistoryType.Info,
                var other => throw new FormatException($"type is '{other}', not one of invoke, ok, fail, info"),
            };
            var value = json.GetProperty("value");
            var index = json.GetProperty("index");
            var line = new HistoryEvent(
                json.GetProperty("client").GetInt64(),
                op,
                type,
                value.ValueKind == JsonValueKind.String ? value.GetString() : null,
                value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(BodyOf)] : null,
                index.ValueKind == JsonValueKind.Null ? null : index.GetInt64(),
                json.GetProperty("t").GetInt64());
            return Whole(line);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"no line of a history: {wrong.Message}", wrong);
        }
    }

    private static string BodyOf(JsonElement element) => element.GetString() ?? throw new FormatException("a body is null");

    private static HistoryEvent Whole(HistoryEvent line) => line switch
    {
        { Op: HistoryOp.Append, Body: null } => throw new FormatException("an append names its body as value"),
        { Op: HistoryOp.Append, Type: HistoryType.Ok, Index: null } => throw new FormatException("an append that is ok names its index"),
        { Op: HistoryOp.Read, Type: HistoryType.Invoke, Index: null } =>
            throw new FormatException("a read's invoke names the index that it reads from"),
        { Op: HistoryOp.Read, Type: HistoryType.Ok, Bodies: null } => throw new FormatException("a read that is ok lists what it saw as value"),
        { Index: < 0 } => throw new FormatException($"index {line.Index}"),
        _ => line,
    };

    private static string NameOf(HistoryOp op) => op switch
    {
        HistoryOp.Append => "append",
        HistoryOp.Read => "read",
        _ => throw new UnreachableException(),
    };

    private static string NameOf(HistoryType type) => type switch
    {
        HistoryType.Invoke => "invoke",
        HistoryType.Ok => "ok",
        HistoryType.Fail => "fail",
        HistoryType.Info => "info",
        _ => throw new UnreachableException(),
    };
}
