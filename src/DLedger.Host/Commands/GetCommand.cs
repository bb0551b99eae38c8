using System.CommandLine;
using System.Diagnostics;

namespace DLedger.Host;

/// <summary><c>get -i INDEX [-n COUNT]</c> prints committed entries.</summary>
internal sealed class GetCommand : ICommand
{
    private const int EntriesPerRead = 1024;

    private readonly CommonOptions _common = new();
    private readonly Option<long> _index = OptionOf.OptionalNumber("--index", "INDEX", "The first entry to get, from 0.", 0, long.MaxValue, "-i");
    private readonly Option<long> _count = OptionOf.Number(
        "--count", "COUNT", "At most so many entries.", 1, long.MaxValue, 1, "-n");
    private readonly Option<string> _mode = ReadModes.Option();
    private readonly Option<bool> _json = OptionOf.Flag("--json", "One JSON object per entry, with index, term and encoding.");

    public GetCommand()
    {
        _index.Required = true;
        Definition = new Command("get", "Print committed entries: the bodies as they are, one a line.") { _index, _count, _mode, _json };
        _common.AddReaderOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger get -i 0", "dledger get -i 0 -n 100 --json", "dledger get -i 41 --mode at-least:41 --port 20912"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var from = parsed.GetValue(_index);
        var left = parsed.GetValue(_count);
        var mode = ReadModes.Of(parsed, _mode);
        var target = _common.Target(parsed, context.Stop);
        var writer = new EntryWriter(context.Terminal, parsed.GetValue(_json));
        await using var client = await context.Runtime.ConnectAsync(target, context.Stop).ConfigureAwait(false);
        for (var next = from; left > 0;)
        {
            var read = new Read(next, (int)Math.Min(left, EntriesPerRead), mode: mode);
            switch (await client.ReadAsync(read, context.Stop).ConfigureAwait(false))
            {
                case ReadResult.Entries entries:
                    foreach (var entry in entries.Items) writer.Write(entry);
                    next += entries.Items.Count;
                    left -= entries.Items.Count;
                    break;

                // The end of the log after some entries is fewer than asked for, which is what a count allows.
                case ReadResult.OutOfRange when next > from:
                    return ExitCode.Done;
                case ReadResult.OutOfRange { CommittedIndex: < 0 }:
                    throw new OperationFailedException($"there is no entry {next}: nothing is committed yet");
                case ReadResult.OutOfRange range:
                    throw new OperationFailedException($"there is no entry {next}: the log holds {range.FirstIndex} to {range.CommittedIndex}");
                case ReadResult.Rejected rejected:
                    throw new OperationFailedException($"not read: {Describe.Rejection(rejected.Reason, rejected.Detail)}");
                case ReadResult.Failed failed:
                    throw new OperationFailedException($"not read: {failed.Reason}");
                default:
                    throw new UnreachableException();
            }
        }

        return ExitCode.Done;
    }
}
