using System.Text;

namespace DLedger.Host;

/// <summary>
/// The error stream. It never fails: what a command does must not depend on whether somebody listens. That something could not be said is kept, for
/// the exit code.
/// </summary>
internal sealed class ErrorWriter(Stream stream) : TextWriter
{
    private readonly Lock _gate = new();

    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Why something could not be said; null when all was, or when nobody is there who wants to hear it.</summary>
    public string? Failure { get; private set; }

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void WriteLine(string? value) => Write(string.Concat(value, "\n").AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        var bytes = new byte[Encoding.GetMaxByteCount(buffer.Length)];
        var length = Encoding.GetBytes(buffer, bytes);
        lock (_gate)
        {
            try
            {
                stream.Write(bytes, 0, length);
            }
            catch (Exception deaf) when (deaf is OutputClosedException or OutputMissingException)
            {
                // Whoever closed it does not want to hear.
            }
            catch (IOException trouble)
            {
                Failure ??= trouble.Message;
            }
        }
    }
}
