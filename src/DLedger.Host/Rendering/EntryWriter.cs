using System.Text.Unicode;

namespace DLedger.Host;

/// <summary>
/// Shows entries: raw, one body a line, or as JSON, one object a line. A terminal would act on some bodies, so it is shown escapes in their place.
/// </summary>
internal sealed class EntryWriter(Terminal terminal, bool json)
{
    private readonly Stream _output = terminal.Out;

    public void Write(LedgerEntry entry)
    {
        if (!json && terminal.OutIsTerminal)
        {
            terminal.WriteAsItIs(PlainText.Body(entry.Body.Span));
            return;
        }

        if (!json)
        {
            _output.Write(entry.Body.Span);
            _output.WriteByte((byte)'\n');
            return;
        }

        JsonLine.Write(_output, writer =>
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
