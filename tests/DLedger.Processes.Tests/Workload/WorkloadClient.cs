using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DLedger.Processes.Tests;

/// <summary>
/// One client: appends and reads in turns drawn at random, one operation at a time, each written down as it begins and as it ends. After an operation
/// of unknown outcome it goes on under another number, since the old one may still have its effect.
/// </summary>
internal sealed class WorkloadClient(
    IEntryPoint entry, HistoryRecorder history, LogEnd end, WorkloadOptions options, Func<bool> hasFullDisk, Random dice, WorkloadTally tally)
{
    private const double AppendShare = 0.55;
    private const int EntriesPerRead = 512;
    private const int FarBack = 1000;

    private long _number = history.NewClient();
    private long _appends;

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.Turn);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (dice.NextDouble() < AppendShare) await AppendAsync();
                else await ReadAsync();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how it ends: between two operations.
        }
    }

    private async Task AppendAsync()
    {
        var padding = dice.Next((hasFullDisk() ? options.PaddingMaxWhenFull : options.PaddingMax) + 1);
        var body = string.Create(CultureInfo.InvariantCulture, $"{_number}-{_appends++}{new string('.', padding)}");
        history.Append(_number, HistoryType.Invoke, body);
        switch (await entry.AppendAsync(Encoding.UTF8.GetBytes(body)))
        {
            case AppendResult.Committed committed:
                history.Append(_number, HistoryType.Ok, body, committed.Index);
                Expect.Equal(1, committed.Count, $"entries committed for {body}");
                end.Heard(committed.Index);
                tally.Acked();
                break;
            case AppendResult.Rejected rejected:
                history.Append(_number, HistoryType.Fail, body);
                tally.Refused(rejected.Reason);
                break;
            case AppendResult.Unknown or null:
                history.Append(_number, HistoryType.Info, body);
                GoOnAsAnother();
                break;
            default:
                throw new UnreachableException();
        }
    }

    private async Task ReadAsync()
    {
        var from = Math.Max(0, end.Next - Distance());
        history.Read(_number, HistoryType.Invoke, from);
        List<string> seen = [];
        while (true)
        {
            var index = from + seen.Count;
            switch (await entry.ReadAsync(new Read(index, EntriesPerRead, mode: options.ReadMode)))
            {
                case ReadResult.Entries entries:
                    Take(entries.Items, index, seen);
                    end.Heard(index + entries.Items.Count - 1);

                    // An answer has a limited size; the read goes on to what was the end for the member that answered.
                    if (from + seen.Count <= entries.CommittedIndex) continue;
                    history.Read(_number, HistoryType.Ok, from, seen);
                    return;
                case ReadResult.OutOfRange range:
                    Expect.That(range.CommittedIndex < index, $"a read of index {index} is out of a range that goes to {range.CommittedIndex}");
                    Expect.That(seen.Count == 0, $"index {index} was committed and is now out of a range that goes to {range.CommittedIndex}");
                    history.Read(_number, HistoryType.Ok, from, seen);
                    return;
                case ReadResult.Rejected:
                    history.Read(_number, HistoryType.Fail, from);
                    return;
                case ReadResult.Failed failed:
                    throw new ScenarioFailedException($"a read of index {index} failed: {failed.Reason}");
                case null:
                    history.Read(_number, HistoryType.Info, from);
                    GoOnAsAnother();
                    return;
                default:
                    throw new UnreachableException();
            }
        }
    }

    private static void Take(IReadOnlyList<LedgerEntry> items, long index, List<string> seen)
    {
        foreach (var item in items)
        {
            Expect.Equal(index++, item.Index, "index of the next entry of a read");
            seen.Add(Encoding.UTF8.GetString(item.Body.Span));
        }
    }

    /// <summary>Mostly the last few entries, sometimes nothing but what is new, seldom far back.</summary>
    private int Distance() => dice.Next(100) switch
    {
        < 20 => 0,
        < 90 => dice.Next(1, 5),
        < 99 => dice.Next(5, 30),
        _ => dice.Next(30, FarBack),
    };

    private void GoOnAsAnother()
    {
        _number = history.NewClient();
        _appends = 0;
    }
}
