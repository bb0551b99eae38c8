using System.Diagnostics;
using System.Globalization;
using System.Text;
using Akka.Actor;

namespace DLedger.Processes.Tests;

/// <summary>
/// The leader's disk, a small file system in memory, fills up: appends get DiskFull, reads go on, nothing acknowledged is lost; and when there is
/// space again, appends go on without a restart. Mounting needs root.
/// </summary>
internal static class FullDisk
{
    private const int DiskMiB = 24;
    private const int BallastMiB = 12;
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromMinutes(1);

    private const string SmallSegments = """
        dledger.max-entry-size = 64KiB
        dledger.preferred-leaders = [n0]
        dledger.preferred-min-interval = 1s
        dledger.store.page-bytes = 256KiB
        dledger.store.memory-bytes = 1MiB
        dledger.store.segment-bytes = 1MiB
        dledger.store.checkpoint-bytes = 1MiB
        """;

    /// <summary>With one member, or with three of which only the preferred leader's disk is small.</summary>
    public static async Task RunAsync(Stage stage, int members)
    {
        var disk = stage.NewFolder("small-disk");
        await MountAsync(disk);
        stage.AtEnd(() => ToolAsync("umount", disk));
        var ballast = Path.Combine(disk, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[BallastMiB << 20]);

        var group = new ServerGroup(
            stage, members, members == 1 ? SmallSegments.Replace("dledger.preferred-leaders = [n0]", "", StringComparison.Ordinal) : SmallSegments);
        group.PutFolder("n0", Directory.CreateDirectory(Path.Combine(disk, "n0")).FullName);
        await group.StartAsync();
        await LeadsAsync(group, "n0");

        var history = new History();
        var number = 1L;
        var refused = await FillAsync();
        stage.Figure("entries until DiskFull", history.AckedCount);
        stage.Say($"refused with: {refused}");

        Expect.That(await group.Client.ReadAsync(new Read(0)) is ReadResult.Entries { Items: [{ Index: 0 }] }, "a full disk must not end reads");
        Expect.That(
            await group.Client.ReadAsync(
                new Read(history.LastAcked)) is ReadResult.Entries { Items.Count: 1 }, "the last acknowledged entry must be read from a full disk");
        Expect.Equal(history.LastAcked, (await StatusAsync()).CommittedIndex, "the committed index on a full disk");

        // Again and again, while it is full.
        for (var i = 0; i < 100; i++)
        {
            var body = RealText.Line(number++);
            var answer = await AskAsync(body);
            history.Add(body, answer);
            Expect.That(
                answer is AppendResult.Rejected { Reason: RejectReason.DiskFull } or AppendResult.Committed,
                $"an append on a full disk got {answer}");
        }

        var pid = group.Process("n0").Id;
        File.Delete(ballast);
        var since = Stopwatch.GetTimestamp();
        await Waits.UntilAsync<object>(
            async () =>
            {
                var body = RealText.Line(number++);
                var answer = await AskAsync(body);
                history.Add(body, answer);
                return answer as AppendResult.Committed;
            },
            "an append after space came back");
        stage.Figure("appends again after space came back", Figures.Ms(Stopwatch.GetElapsedTime(since)));
        Expect.That(group.Process("n0").Id == pid && !group.Process("n0").HasExited, "the member was restarted");
        for (var i = 0; i < 1000; i++)
        {
            var body = RealText.Line(number++);
            history.Add(body, await AskAsync(body));
        }

        await group.CheckAsync(history);

        // What is on the disk by now must open again.
        await group.RestartAsync("n0");
        await group.CheckAsync(history);

        async Task<AppendResult> FillAsync()
        {
            while (true)
            {
                var batch = Enumerable.Range(0, 64).Select(_ => RealText.Line(number++)).ToList();
                var answers = await Task.WhenAll(batch.Select(AskAsync));
                for (var i = 0; i < batch.Count; i++) history.Add(batch[i], answers[i]);
                if (answers.FirstOrDefault(answer => answer is AppendResult.Rejected { Reason: RejectReason.DiskFull }) is { } full) return full;
                if (answers.FirstOrDefault(answer => answer is not AppendResult.Committed) is { } other)
                    stage.Say($"before the disk was full: {other}");
                Expect.That(number < 1_000_000, "the disk never got full");
            }
        }

        // Straight to the member: a client would look elsewhere, and try again.
        Task<AppendResult> AskAsync(string body) => stage.Clients
            .ActorSelection(string.Create(CultureInfo.InvariantCulture, $"akka.tcp://dledger@{group.Members[0].Address}/user/dledger/default"))
            .Ask<AppendResult>(new Append(Encoding.UTF8.GetBytes(body)), AnswerTimeMax);

        async Task<LedgerStatus> StatusAsync() => await group.StatusOfAsync("n0") ?? throw new ScenarioFailedException("n0 does not answer");
    }

    private static async Task LeadsAsync(ServerGroup group, string id) => await Waits.UntilAsync(
        async () => await group.StatusOfAsync(id) is { Role: MemberRole.Leader } status ? status : null, $"{id} to lead");

    private static Task MountAsync(string folder) => ToolAsync("mount", "-t", "tmpfs", "-o", $"size={DiskMiB}m", "dledger-test", folder);

    private static async Task ToolAsync(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Within(name);
        Expect.That(process.ExitCode == 0, $"{name} {string.Join(' ', arguments)}: {await error}");
    }
}
