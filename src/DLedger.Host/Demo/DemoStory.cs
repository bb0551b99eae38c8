using System.Globalization;
using System.Text;

namespace DLedger.Host;

/// <summary>The demo's script; each step says what it did. Throws <see cref="OperationFailedException"/> as soon as something is not right.</summary>
internal sealed class DemoStory(CommandContext context, string folder, int entries, bool verbose)
{
    private const int Nodes = 3;
    private const int Outstanding = 256;
    private const int EntriesPerRead = 512;
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time = context.Time;
    private readonly Lock _logGate = new();

    public async Task TellAsync()
    {
        var stop = context.Stop;
        var started = _time.GetTimestamp();
        var cluster = await LocalCluster.StartAsync(context.Runtime, _time, Nodes, folder, Durability.Disk, Log, stop).ConfigureAwait(false);
        await using var _ = cluster.ConfigureAwait(false);
        Say($"Three members on {string.Join(", ", cluster.Members.Select(member => member.Address))}, data in {folder}");
        var leader = await cluster.LeaderAsync(OperationTimeout, stop).ConfigureAwait(false);
        Say($"{leader} leads after {Seconds(started)}");

        var record = await AppendOverAKillAsync(cluster, leader).ConfigureAwait(false);
        await cluster.StartAsync(leader, stop).ConfigureAwait(false);
        var restarted = _time.GetTimestamp();
        var last = record.Outcomes.OfType<AppendResult.Committed>().Max(committed => committed.Index);
        await cluster.CaughtUpAsync(last, OperationTimeout, stop).ConfigureAwait(false);
        Say($"{leader} is back and has caught up after {Seconds(restarted)}");
        await CheckAllAsync(cluster, record, last).ConfigureAwait(false);
    }

    /// <summary>Appends all entries, pipelined; kills the leader half way, while appends are under way.</summary>
    private async Task<DemoRecord> AppendOverAKillAsync(LocalCluster cluster, string leader)
    {
        var stop = context.Stop;
        var client = await context.Runtime.ConnectAsync(cluster.TargetOf(cluster.Members, OperationTimeout), stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var record = new DemoRecord(entries);
        var started = _time.GetTimestamp();
        var stalls = new StallClock(_time);
        var oldTerm = 0L;
        Task? kill = null;
        var pending = new Queue<Task<AppendResult>>();
        for (var line = 0; line < entries || pending.Count > 0;)
        {
            while (line < entries && pending.Count < Outstanding)
            {
                pending.Enqueue(client.AppendAsync(Body(line), stop));
                line++;
            }

            var result = await pending.Dequeue().ConfigureAwait(false);
            record.Add(result);
            if (result is AppendResult.Committed committed)
            {
                stalls.Progress();
                if (kill is null) oldTerm = committed.Term;
                else if (committed.Term > oldTerm) record.NewTerm = Math.Max(record.NewTerm, committed.Term);
            }

            if (record.Count == Math.Max(1, entries / 2))
            {
                Say(
                    $"{record.Committed} of {entries} entries committed after {Seconds(started)}; killing {leader}, the leader, with "
                    + $"{pending.Count} appends under way");
                kill = cluster.KillAsync(leader);
            }
        }

        await kill!.ConfigureAwait(false);
        if (record.Rejected > 0) throw new OperationFailedException($"{record.Rejected} appends were rejected: {record.FirstRejection}");
        if (record.NewTerm == 0) await CommitInNewTermAsync(client, record, oldTerm).ConfigureAwait(false);
        var next = await cluster.LeaderAsync(OperationTimeout, stop).ConfigureAwait(false);
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{next} leads in term {record.NewTerm}; {stalls.Total.TotalMilliseconds:0} ms without a leader; all appends are answered after "
            + $"{Seconds(started)}: {record.Committed} committed, {record.Unknown} unknown"));
        return record;
    }

    /// <summary>A short demo may have had all its answers before the kill: then one more entry shows that the group goes on.</summary>
    private async Task CommitInNewTermAsync(ILedgerClient client, DemoRecord record, long oldTerm)
    {
        var result = await client.AppendAsync(Body(record.Count), context.Stop).ConfigureAwait(false);
        record.Add(result);
        if (result is not AppendResult.Committed committed) throw new OperationFailedException($"after the kill an append got {result}");
        if (committed.Term <= oldTerm) throw new OperationFailedException($"the leader was killed, yet term {oldTerm} goes on");
        record.NewTerm = committed.Term;
    }

    private async Task CheckAllAsync(LocalCluster cluster, DemoRecord record, long last)
    {
        List<LedgerEntry>? first = null;
        foreach (var member in cluster.Members)
        {
            var started = _time.GetTimestamp();
            var read = await ReadAllAsync(cluster, member, last).ConfigureAwait(false);
            Check(member, record, read);
            if (first is not null && !Same(first, read))
                throw new OperationFailedException($"{member.Id} does not hold what {cluster.Members[0].Id} holds");
            first ??= read;
            Say($"{member.Id} holds all {record.Committed} acknowledged entries at their indexes, {read.Count} in all, read in {Seconds(started)}");
        }

        var sent = Enumerable.Range(0, record.Count).Where(line => record.Outcomes[line] is AppendResult.Unknown).Select(line => Text(Body(line)))
            .ToHashSet(StringComparer.Ordinal);
        if (sent.Count > 0)
            Say($"Of {sent.Count} appends of unknown outcome {first!.Count(entry => sent.Contains(Text(entry.Body)))} are in the log, each once");
    }

    /// <summary>Reads through this member alone, from its own log.</summary>
    private async Task<List<LedgerEntry>> ReadAllAsync(LocalCluster cluster, Member member, long last)
    {
        var client = await context.Runtime.ConnectAsync(cluster.TargetOf([member], OperationTimeout), context.Stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var all = new List<LedgerEntry>();
        while (all.Count <= last)
        {
            var result = await client.ReadAsync(new Read(all.Count, EntriesPerRead, mode: ReadMode.Local), context.Stop).ConfigureAwait(false);
            if (result is not ReadResult.Entries found)
                throw new OperationFailedException($"{member.Id} answered a read of entry {all.Count} with {result}");
            all.AddRange(found.Items.Where(entry => entry.Index <= last));
        }

        return all;
    }

    private static void Check(Member member, DemoRecord record, List<LedgerEntry> read)
    {
        for (var i = 0; i < read.Count; i++)
        {
            if (read[i].Index != i) throw new OperationFailedException($"{member.Id} has entry {read[i].Index} where entry {i} belongs");
        }

        for (var line = 0; line < record.Count; line++)
        {
            if (record.Outcomes[line] is not AppendResult.Committed committed) continue;
            if (!read[(int)committed.Index].Body.Span.SequenceEqual(Body(line)))
                throw new OperationFailedException(
                    $"{member.Id} lost the acknowledged entry {committed.Index}: it holds '{Text(read[(int)committed.Index].Body)}'");
        }

        var bodies = read.Select(entry => Text(entry.Body)).ToHashSet(StringComparer.Ordinal);
        if (bodies.Count != read.Count) throw new OperationFailedException($"{member.Id} holds {read.Count - bodies.Count} entries twice");
    }

    private static bool Same(List<LedgerEntry> left, List<LedgerEntry> right) =>
        left.Count == right.Count
            && left.Zip(right).All(pair => pair.First.Term == pair.Second.Term && pair.First.Body.Span.SequenceEqual(pair.Second.Body.Span));

    private static byte[] Body(int line) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"demo entry {line:D6}"));

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    private string Seconds(long since) => string.Create(CultureInfo.InvariantCulture, $"{_time.GetElapsedTime(since).TotalSeconds:0.00} s");

    private void Log(NodeLogLine line)
    {
        if (!verbose) return;
        lock (_logGate)
            context.Terminal.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"  {_time.GetLocalNow():HH:mm:ss.fff} {PlainText.Line(line.Text)}"));
    }

    private void Say(string text)
    {
        context.Terminal.WriteLine(text);
        context.Terminal.Out.Flush();
    }
}
