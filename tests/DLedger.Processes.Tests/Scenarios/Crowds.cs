using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// Crowds at a leader's control port: clients that ask and never read, floods of status questions, connections that say nothing, connections that say
/// who they are and then nothing but heartbeats. Each against the same load by clients that behave. The member stays small and works on, and
/// afterwards holds what it held before.
/// </summary>
internal static class Crowds
{
    private const int Crowd = 8;
    private const int ManyConnections = 2_000;
    private const int FirstNumber = 20_000;
    private const int EntryBytes = 64 << 10;
    private const long AboveMax = 200L << 20;
    private const long LeftMax = 16L << 20;

    /// <param name="stage">Where it plays.</param>
    /// <param name="each">How long each crowd stays.</param>
    /// <param name="silent">How many connections say who they are and then nothing; more than a member takes. What so many threads and actors leave
    /// to the collector differs from run to run.</param>
    public static async Task RunAsync(Stage stage, TimeSpan each, int silent = ManyConnections)
    {
        var group = new ServerGroup(stage, 3, cuttable: true);
        await group.StartAsync();
        var leader = await group.LeaderAsync();
        var member = group.Members.First(other => other.Id == leader.Id);
        for (var i = 0; i < 300; i++) await group.Client.AppendAsync(new byte[EntryBytes]);
        var process = group.Process(leader.Id);

        await LoadAsync(member, each / 2, reading: true, client => client.ReadFrame, outstanding: 4, null);
        var before = await group.LiveBytesAsync(leader.Id);
        stage.Figure("live heap before", Show(before));

        await CompareAsync(
            "reads", peak => LoadAsync(member, each, reading: true, client => client.ReadFrame, outstanding: 4, peak),
            peak => LoadAsync(member, each, reading: false, client => client.ReadFrame, outstanding: int.MaxValue, peak));
        await CompareAsync(
            "status", peak => LoadAsync(member, each, reading: true, client => client.StatusFrame, outstanding: 4, peak),
            peak => LoadAsync(member, each, reading: true, client => client.StatusFrame, outstanding: int.MaxValue, peak));
        await CompareAsync(
            "status, not read", peak => LoadAsync(member, each, reading: true, client => client.StatusFrame, outstanding: 4, peak),
            peak => LoadAsync(member, each, reading: false, client => client.StatusFrame, outstanding: int.MaxValue, peak));
        await CompareAsync(
            "half-open", peak => HoldAsync(member, each, connections: 100, introduce: false, peak),
            peak => HoldAsync(member, each, ManyConnections, introduce: false, peak));
        await CompareAsync(
            "silent", peak => HoldAsync(member, each, connections: 100, introduce: true, peak),
            peak => HoldAsync(member, each, silent, introduce: true, peak));

        var last = await group.Client.AppendAsync(new byte[10]);
        Expect.That(last is AppendResult.Committed, $"an append afterwards: {last}");
        // A crowd takes processor time, and may cost a leader its leadership where there are few cores.
        stage.Figure("changes of leader", (await group.AllBackAsync()).Term - leader.Term);
        group.ExpectNoQuarantine();

        async Task CompareAsync(string what, Func<Peak, Task> behaved, Func<Peak, Task> crowd)
        {
            var ordinary = new Peak(process.Id);
            await behaved(ordinary);
            var most = new Peak(process.Id);
            await crowd(most);
            // Akka forgets who is gone by and by.
            var after = 0L;
            await Waits.UntilAsync(
                async () => (after = await group.LiveBytesAsync(leader.Id)) - before <= LeftMax ? "" : null,
                $"the heap to be as it was before '{what}'",
                () => $"it was {Show(before)} and is {Show(after)}");
            stage.Figure(
                what, $"working set {Show(most.Bytes)} against {Show(ordinary.Bytes)} by clients that behave; live heap afterwards {Show(after)}");
            Expect.That(most.Bytes - ordinary.Bytes <= AboveMax, $"{what}: {Show(most.Bytes)} against {Show(ordinary.Bytes)}");
        }
    }

    /// <summary>Some connections that ask as fast as they may.</summary>
    private static async Task LoadAsync(Member member, TimeSpan time, bool reading, Func<RawClient, byte[]> request, int outstanding, Peak? peak)
    {
        var deadline = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, Crowd).Select(number => Task.Factory.StartNew(
            () =>
            {
                var turn = 0;
                while (deadline.Elapsed < time)
                {
                    // Again and again, when it is closed.
                    using var client = new RawClient(member, FirstNumber + (turn++ * Crowd) + number);
                    client.Introduce();
                    using var credit = new SemaphoreSlim(outstanding == int.MaxValue ? 0 : outstanding);
                    var reader = reading ? new Thread(() => ReadAll(client, credit)) { IsBackground = true } : null;
                    reader?.Start();
                    var frame = request(client);
                    while (deadline.Elapsed < time)
                    {
                        if (outstanding != int.MaxValue && !credit.Wait(100)) continue;
                        if (!client.Send(frame)) break;
                    }

                    client.Dispose();
                    reader?.Join();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        await WatchAsync(Task.WhenAll(threads), peak);
    }

    private static void ReadAll(RawClient client, SemaphoreSlim credit)
    {
        var scratch = new byte[256 << 10];
        while (client.Take(scratch) is { } length)
        {
            // Heartbeats and the introduction are small.
            if (length > 150) credit.Release();
        }
    }

    /// <summary>Connections that are there and say nothing, or nothing but that they are there; a client of ours works meanwhile.</summary>
    private static async Task HoldAsync(Member member, TimeSpan time, int connections, bool introduce, Peak? peak)
    {
        var watch = Stopwatch.StartNew();
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                clients.Add(new RawClient(member, FirstNumber + i));
                if (introduce) clients[^1].Introduce();
                if (i % 50 == 0) peak?.Look();
            }

            using var seconds = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (watch.Elapsed < time)
            {
                if (introduce) clients.ForEach(client => client.Send(RawClient.HeartbeatFrame));
                peak?.Look();
                await seconds.WaitForNextTickAsync();
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static async Task WatchAsync(Task load, Peak? peak)
    {
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!load.IsCompleted)
        {
            peak?.Look();
            await often.WaitForNextTickAsync();
        }

        await load;
    }

    private static string Show(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MiB");

    private sealed class Peak(int processId)
    {
        public long Bytes { get; private set; }

        public void Look() => Bytes = Math.Max(Bytes, Memory.ResidentBytes(processId));
    }
}
