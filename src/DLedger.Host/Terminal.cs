using System.Globalization;
using System.Text;
using Spectre.Console;

namespace DLedger.Host;

/// <summary>
/// What a command reads and writes. Results go to <see cref="Out"/> and nothing else does; everything that is said to a person goes to
/// <see cref="Error"/>.
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

    /// <summary>Standard input was closed when this command was started.</summary>
    public bool InIsMissing { get; private init; }

    /// <summary>Why something could not be said on the error stream, if anybody wanted to hear it.</summary>
    public string? ErrorFailure => (Error as ErrorWriter)?.Failure;

    /// <summary>Output that must be out at once, and must not wait behind what could not be written before.</summary>
    public Stream Unbuffered => _output;

    /// <summary>Characters in a line of the output: of a terminal, or what COLUMNS says; a file or a pipe has no width.</summary>
    public int OutWidth { get; init; } = RedirectedWidth;

    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess() => new(
        Console.OpenStandardInput(),
        StandardStream.Output(),
        new ErrorWriter(StandardStream.Error()),
        outIsTerminal: !Console.IsOutputRedirected,
        errorIsTerminal: !Console.IsErrorRedirected)
    {
        InIsMissing = StandardDescriptors.InputIsMissing,
        OutWidth = WidthOfProcess(),
    };

    /// <summary>Writes one line of text to <see cref="Out"/>, whatever it holds.</summary>
    public void WriteLine(string line) => WriteAsItIs(PlainText.Line(line));

    /// <summary>Writes lines of text to <see cref="Out"/>.</summary>
    public void WriteLines(string text) => WriteAsItIs(PlainText.Lines(text));

    /// <summary>Writes a line that may colour the screen.</summary>
    public void WriteAsItIs(string line)
    {
        Out.Write(Encoding.UTF8.GetBytes(line));
        Out.WriteByte((byte)'\n');
    }

    /// <summary>Says one line on <see cref="Error"/>, whatever it holds.</summary>
    public Task SayAsync(string line) => Error.WriteLineAsync(PlainText.Line(line));

    /// <summary>Progress for people, on <see cref="Error"/>.</summary>
    public IAnsiConsole ErrorConsole() => ConsoleOn(Error, ErrorIsTerminal);

    /// <summary>What is still buffered was not wanted: every command flushes at its end, and a closed pipe must not fail a second time.</summary>
    public void Dispose() => _output.Dispose();

    private static int WidthOfProcess()
    {
        var columns = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            && given > 0
            ? given
            : RedirectedWidth;
        return Console.IsOutputRedirected ? columns : StandardDescriptors.OutputWidth ?? columns;
    }

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
