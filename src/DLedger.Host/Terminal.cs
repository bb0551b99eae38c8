using System.Text;
using Spectre.Console;

namespace DLedger.Host;

/// <summary>
/// What a command reads and writes. Results go to <see cref="Out"/> and nothing else does; everything that is said to a person goes to <see cref="Error"/>.
/// </summary>
internal sealed class Terminal : IDisposable
{
    private const int OutBufferBytes = 64 * 1024;
    private const int RedirectedWidth = 240;

    private readonly Stream _output;

    /// <summary>For streams, or a test that captures them.</summary>
    public Terminal(Stream input, Stream output, TextWriter error, bool outIsTerminal, bool errorIsTerminal)
    {
        In = input;
        _output = output;
        Out = new BufferedStream(output, OutBufferBytes);
        Error = error;
        OutIsTerminal = outIsTerminal;
        ErrorIsTerminal = errorIsTerminal;
    }

    public Stream In { get; }

    /// <summary>Buffered; flushed at the end of a command, and after each entry of one that follows.</summary>
    public Stream Out { get; }

    public TextWriter Error { get; }

    public bool OutIsTerminal { get; }

    public bool ErrorIsTerminal { get; }

    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess() => new(
        Console.OpenStandardInput(),
        StandardOutput.Open(),
        Console.Error,
        outIsTerminal: !Console.IsOutputRedirected,
        errorIsTerminal: !Console.IsErrorRedirected);

    /// <summary>Writes one line of text to <see cref="Out"/>.</summary>
    public void WriteLine(string line)
    {
        Out.Write(Encoding.UTF8.GetBytes(line));
        Out.WriteByte((byte)'\n');
    }

    /// <summary>Tables and progress for people, on <see cref="Out"/>; plain text when it is redirected.</summary>
    public IAnsiConsole OutConsole() => ConsoleOn(new StreamWriter(Out, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true }, OutIsTerminal);

    /// <summary>Progress for people, on <see cref="Error"/>.</summary>
    public IAnsiConsole ErrorConsole() => ConsoleOn(Error, ErrorIsTerminal);

    /// <summary>What is still buffered was not wanted: every command flushes at its end, and a closed pipe must not fail a second time.</summary>
    public void Dispose() => _output.Dispose();

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });

        // A file or a pipe has no width; a table must not be cut or wrapped for it.
        if (!isTerminal) console.Profile.Width = RedirectedWidth;
        return console;
    }
}
