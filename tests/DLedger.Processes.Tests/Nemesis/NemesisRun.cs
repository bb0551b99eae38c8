using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// A group of real processes under a load of concurrent clients and a nemesis: a period of faults, a period of calm in which the group must commit
/// again, and so on. At the end all faults are undone, the whole log is read from every member, and the history of it all is checked.
/// </summary>
internal static class NemesisRun
{
    private const int AcksAtStart = 50;
    private const int AcksAtEnd = 20;

    // Small files, so that a run of minutes goes through many of them and a disk that is full is soon felt.
    private const string Config = """
        dledger.max-entry-size = 16KiB
        dledger.batch-bytes-max = 32KiB
        dledger.store.page-bytes = 64KiB
        dledger.store.memory-bytes = 128KiB
        dledger.store.segment-bytes = 128KiB
        dledger.store.checkpoint-bytes = 256KiB
        """;

    /// <summary>One group after the other, as long as each lives, until the time is over. Each has a history of its own.</summary>
    public static async Task<NemesisReport> RunAsync(NemesisPlan plan, string historyFolder, Action<string> say)
    {
        var groupLife = plan.Nemeses.Min(nemesis => nemesis.GroupLife);
        var report = NemesisReport.Nothing;
        var start = Stopwatch.GetTimestamp();
        for (var number = 0; number == 0 || (report.IsClean && Stopwatch.GetElapsedTime(start) < plan.Length); number++)
        {
            var path = Path.Combine(historyFolder, string.Create(CultureInfo.InvariantCulture, $"{plan.Name}-{plan.Seed}-{number}.jsonl"));
            var left = plan.Length - Stopwatch.GetElapsedTime(start);
            var one = plan with { Length = groupLife is { } life && life < left ? life : left, Seed = plan.Seed + number };
            await using var stage = new Stage(say);
            report = report.And(await RunGroupAsync(stage, one, path));
        }

        return report;
    }

    private static async Task<NemesisReport> RunGroupAsync(Stage stage, NemesisPlan plan, string path)
    {
        var group = new ServerGroup(stage, plan.Members, Config, cuttable: true);
        using var faults = new Faults(group, await MountAsync(stage, group, plan), stage.Say);
        var failures = new List<string>();
        var elections = 0L;
        try
        {
            elections = await PlayAsync(stage, group, faults, plan, path);
        }
        catch (ScenarioFailedException failure)
        {
            failures.Add(failure.ToString());
            stage.Say(await stage.LastWordsAsync());
        }

        var verdict = HistoryChecker.CheckFile(path);
        stage.Say($"{path}\n{verdict.Show()}");
        failures.AddRange(verdict.Violations.Select(violation => $"{path}: {violation}"));
        if (failures.Count == 0 && verdict.WholeReads != plan.Members)
            failures.Add($"{path}: the whole log was read from {verdict.WholeReads} members");
        return new NemesisReport(
            verdict.Appends + verdict.Reads, faults.Counts, elections, verdict.Seconds, verdict.SecondsWithOk, verdict.LongestGap, failures);
    }

    /// <summary>Returns how many elections there were.</summary>
    private static async Task<long> PlayAsync(Stage stage, ServerGroup group, Faults faults, NemesisPlan plan, string path)
    {
        var dice = new Random(plan.Seed);
        await using var history = new HistoryRecorder(path);
        await faults.StartAllAsync();
        var first = await group.AllBackAsync();
        await using var workload = new Workload(stage, group, history, plan.Workload, () => faults.HasFullDisk, dice);
        await workload.MoreAsync(AcksAtStart);
        var start = Stopwatch.GetTimestamp();
        for (var strike = 0; strike < plan.Nemeses.Count || Stopwatch.GetElapsedTime(start) < plan.Length; strike++)
        {
            await plan.Nemeses[strike % plan.Nemeses.Count].StrikeAsync(faults, new Random(dice.Next()), plan.Pace.DrawFault(dice));
            await Waits.HoldAsync(plan.Pace.DrawCalm(dice));

            // Whatever has happened, the group commits again by itself.
            await workload.MoreAsync(1);
            faults.ExpectAllWell();
        }

        await workload.MoreAsync(AcksAtEnd);
        await workload.StopAsync();
        stage.Say($"appends refused: {workload.ShowRefusals()}");
        var last = await ReadEndAsync(group, history);
        faults.ExpectAllWell();
        return last.Term - first.Term;
    }

    /// <summary>The whole log from every member itself, as reads that are open at the same time.</summary>
    private static async Task<LedgerStatus> ReadEndAsync(ServerGroup group, HistoryRecorder history)
    {
        while (true)
        {
            var before = (await group.ConvergedAsync())[0];
            var readers = group.Ids.Select(id => (Id: id, Client: history.NewClient())).ToList();
            foreach (var (_, client) in readers) history.Read(client, HistoryType.Invoke, 0);
            var logs = new List<IReadOnlyList<string>>();
            foreach (var (id, _) in readers) logs.Add(await group.ReadAllAsync(id, before.CommittedIndex));

            // An append of unknown outcome may still have come in; then the members were not read at the same length.
            var after = (await group.ConvergedAsync())[0];
            var isEnd = after.CommittedIndex == before.CommittedIndex;
            for (var i = 0; i < readers.Count; i++)
                history.Read(readers[i].Client, isEnd ? HistoryType.Ok : HistoryType.Fail, 0, isEnd ? logs[i] : null);
            if (isEnd) return after;
        }
    }

    private static async Task<IReadOnlyDictionary<string, SmallDisk>> MountAsync(Stage stage, ServerGroup group, NemesisPlan plan)
    {
        var disks = new Dictionary<string, SmallDisk>();
        if (!plan.Nemeses.Any(nemesis => nemesis.NeedsSmallDisks)) return disks;
        foreach (var id in group.Ids)
        {
            var disk = await SmallDisk.MountAsync(stage, stage.NewFolder($"disk-{id}"));
            disks[id] = disk;
            group.PutFolder(id, Directory.CreateDirectory(Path.Combine(disk.Folder, id)).FullName);
        }

        return disks;
    }
}
