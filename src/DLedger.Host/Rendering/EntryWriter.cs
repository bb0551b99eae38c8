using System.Text.Unicode;

namespace DLedger.Host;

/// <summary>Shows entries: raw, one body a line, or as JSON, one object a line.</summary>
internal sealed class EntryWriter(Stream output, bool json)
{
    public void Write(LedgerEntry entry)
    {
        if (!json)
        {
            output.Write(entry.Body.Span);
            output.WriteByte((byte)'\n');
            return;
        }

        JsonLine.Write(output, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", entry.Index);
            writer.WriteNumber("term", entry.Term);
            if (Utf8.IsValid(entry.Body.Span))
            {
                writer.WriteString("body", entry.Body.Span);
                writer.WriteString("encoding", "utf8");
            }
            else
            {
                writer.WriteBase64String("body", entry.Body.Span);
                writer.WriteString("encoding", "base64");
            }

            writer.WriteEndObject();
        });
    }
}
