using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DLedger.Host;

/// <summary><c>append -d TEXT</c> appends one entry; <c>append --stdin</c> each line of the input.</summary>
internal sealed class AppendCommand : ICommand
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(200);

    private readonly CommonOptions _common = new();
    private readonly Option<string?> _body = OptionOf.Text(
        "--body", "TEXT", "The entry, as UTF-8. May be empty. For other bytes there is --stdin.", "-d");
    private readonly Option<bool> _stdin = OptionOf.Flag(
        "--stdin", "Append each line of the input as an entry, in order, byte for byte without its newline. Lines are pipelined.");
    private readonly Option<bool> _retryUnknown = OptionOf.Flag(
        "--retry-unknown", "With --stdin: send lines of unknown outcome again. They may then be in the log twice, and out of order.");
    private readonly Option<bool> _json = OptionOf.Flag("--json", "Print the outcome as JSON; with --stdin one object per line, in order.");

    public AppendCommand()
    {
        Definition = new Command("append", "Append entries; returns when they are on disk on a quorum. Prints the index.")
        {
            _body, _stdin, _retryUnknown, _json,
        };
        _common.AddClientOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples =>
    [
        "dledger append -d \"Hello World\"",
        "dledger append -d \"Hello World\" --json",
        "seq 1000 | dledger append --stdin --peers \"n0-localhost:20911;n1-localhost:20912;n2-localhost:20913\"",
    ];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var body = parsed.GetValue(_body);
        var stdin = parsed.GetValue(_stdin);
        if (body is null == !stdin) throw new UsageException("give either -d TEXT or --stdin");
        if (parsed.GetValue(_retryUnknown) && !stdin) throw new UsageException("--retry-unknown goes with --stdin");
        if (stdin && context.Terminal.InIsMissing) throw new UsageException("--stdin: standard input is closed");
        var target = _common.Target(parsed, context.Stop);
        var bytes = body is null ? [] : Encoding.UTF8.GetBytes(body);
        if (bytes.Length > target.Settings.MaxEntrySize)
            throw new OperationFailedException(
                $"not appended: {bytes.Length} bytes are more than dledger.max-entry-size = {target.Settings.MaxEntrySize}");
        await using var client = await context.Runtime.ConnectAsync(target, context.Stop).ConfigureAwait(false);
        return stdin
            ? await AppendLinesAsync(client, parsed, target, context).ConfigureAwait(false)
            : await AppendOneAsync(client, bytes, parsed.GetValue(_json), context).ConfigureAwait(false);
    }

    private static async Task<int> AppendOneAsync(ILedgerClient client, byte[] body, bool json, CommandContext context)
    {
        AppendResult result;
        try
        {
            result = await client.AppendAsync(body, context.Stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            throw new OperationFailedException("interrupted: the outcome is unknown, and appending it again may double it");
        }

        switch (result)
        {
            case AppendResult.Committed committed:
                try
                {
                    if (json) OutcomeWriter.Committed(context.Terminal.Out, committed);
                    else context.Terminal.WriteLine(committed.Index.ToString(CultureInfo.InvariantCulture));
                    await context.Terminal.Out.FlushAsync().ConfigureAwait(false);
                }
                catch (IOException trouble) when (trouble is not OutputClosedException)
                {
                    // Or it would be appended a second time by whoever goes by the exit code.
                    await context.Terminal.SayAsync(
                        string.Create(CultureInfo.InvariantCulture, $"dledger append: committed at index {committed.Index}")).ConfigureAwait(false);
                    throw;
                }

                return ExitCode.Done;
            case AppendResult.Rejected rejected:
                throw new OperationFailedException($"not appended: {Describe.Rejection(rejected.Reason, rejected.Detail)}");
            case AppendResult.Unknown unknown:
                throw new OperationFailedException(
                    $"outcome unknown: {Describe.Unknown(unknown.Reason)}; the entry may or may not be in the log, and appending it again may "
                    + $"double it");
            default:
                throw new UnreachableException();
        }
    }

    private async Task<int> AppendLinesAsync(ILedgerClient client, ParseResult parsed, ClientTarget target, CommandContext context)
    {
        var terminal = context.Terminal;
        var json = parsed.GetValue(_json);
        var shown = context.Time.GetTimestamp();
        var pipeline = new LinePipeline(client, parsed.GetValue(_retryUnknown), context.Time, (outcome, summary) =>
        {
            if (json) OutcomeWriter.Line(terminal.Out, outcome);
            if (!terminal.ErrorIsTerminal || context.Time.GetElapsedTime(shown) < ProgressEvery) return;
            shown = context.Time.GetTimestamp();
            terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{outcome.Line} lines, {summary.Committed} committed"));
        });

        // A line that is only a little too large is the leader's to refuse, by name; this limit is for input without newlines.
        var lines = new LineReader(terminal.In, Math.Max(target.Settings.MaxEntrySize, 1024 * 1024) * 4);
        var total = await pipeline.RunAsync(lines, context.Stop).ConfigureAwait(false);
        try
        {
            if (!total.OutputFailed) await terminal.Out.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The summary is said in any case; the last flush of all tells what could not be written.
        }

        if (terminal.ErrorIsTerminal) await terminal.Error.WriteAsync("\r\e[K").ConfigureAwait(false);
        await terminal.SayAsync(Summary(total)).ConfigureAwait(false);
        if (total.Unknown.Count > 0)
            await terminal.SayAsync($"dledger append: outcome unknown, may or may not be in the log: lines {total.Unknown}").ConfigureAwait(false);
        if (total.Rejected.Count > 0)
            await terminal.SayAsync($"dledger append: not appended: lines {total.Rejected}").ConfigureAwait(false);
        if (total.CutShort is not null)
            await terminal.SayAsync($"dledger append: stopped early: {total.CutShort}").ConfigureAwait(false);
        return total.AllCommitted ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Summary(LineSummary total)
    {
        var seconds = Math.Max(total.Elapsed.TotalSeconds, 1e-9);
        var again = total.Resent > 0 ? $", {total.Resent} sent again" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{total.Lines} lines: {total.Committed} committed, {total.Unknown.Count} unknown, {total.Rejected.Count} rejected{again}; "
            + $"{total.WithoutLeader.TotalSeconds:0.0} s without a leader; {total.Committed / seconds:0} entries/s in {seconds:0.0} s");
    }
}
