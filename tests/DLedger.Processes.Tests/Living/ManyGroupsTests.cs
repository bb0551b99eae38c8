using System.Diagnostics;
using Akka.Actor;
using DLedger.Node;
using Xunit.Abstractions;

namespace DLedger.Processes.Tests;

/// <summary>Many groups in one process, which share its connections.</summary>
public sealed class ManyGroupsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public Task Of_five_groups_some_stopped_on_one_member_break_no_connection(int stopped) => Scene.PlayAsync(output, async stage =>
    {
        // The stopped groups' members elsewhere go on sending to a process that has nobody for it, long enough for any silence to be taken for a dead
        // connection.
        var sentInVainMin = 300 * stopped;
        var systems = new LivingSystems(stage, 3);
        string[] groups = ["g0", "g1", "g2", "g3", "g4"];
        foreach (var group in groups) systems.StartAll(group, inMemory: true);
        var clients = groups.Select(systems.NewClient).ToArray();
        foreach (var client in clients) await systems.WorksAsync(client);
        foreach (var group in groups[..stopped]) await systems.StopAsync(group, "n2");

        var breaks = new Breaks(systems);
        var router = PeerRouter.Of(systems["n2"]);
        var from = router.Dropped;
        var appends = 0;
        await Waits.UntilAsync(
            async () =>
            {
                foreach (var client in clients)
                {
                    Expect.That(
                        await client.AppendAsync("entry"u8.ToArray()).Within("an append") is AppendResult.Committed, "an append was not committed");
                    appends++;
                }

                return router.Dropped - from >= sentInVainMin ? router : null;
            },
            "what is sent to the stopped groups to arrive");
        stage.Figure("appends meanwhile", appends);
        stage.Figure("connections broken", breaks.Count);
        Expect.That(breaks.Count == 0, $"{breaks.Count} connections ended although all processes lived");
    });

    /// <summary>Each process starts with all its groups before there is another to connect to; then one goes, and comes back.</summary>
    [Fact]
    public Task A_hundred_groups_in_one_process_elect() => Scene.PlayAsync(output, async stage =>
    {
        var systems = new LivingSystems(stage, 3, empty: true);
        string[] groups = [.. Enumerable.Range(0, 100).Select(i => $"g{i}")];
        var since = Stopwatch.GetTimestamp();
        foreach (var id in systems.Ids) StartOn(id);
        await AllAsync(groups, group => HasLeaderAsync(systems, group, systems.Ids));
        stage.Figure("100 groups: from the start of the first system until all have a leader", Figures.Ms(Stopwatch.GetElapsedTime(since)));

        await systems.EndSystemAsync("n0");
        since = Stopwatch.GetTimestamp();
        await AllAsync(groups, group => HasLeaderAsync(systems, group, ["n1", "n2"]));
        stage.Figure("100 groups: without n0", Figures.Ms(Stopwatch.GetElapsedTime(since)));

        since = Stopwatch.GetTimestamp();
        StartOn("n0");
        await AllAsync(groups, async group => await StatusAsync(systems, group, "n0") is { LeaderId: not null });
        stage.Figure("100 groups: until n0 is back", Figures.Ms(Stopwatch.GetElapsedTime(since)));

        void StartOn(string id)
        {
            systems.StartSystem(id);
            foreach (var group in groups) systems.Start(group, id, inMemory: true);
        }
    });

    /// <summary>The threads of an application are its own: DLedger neither needs nor waits for them, not even to connect anew.</summary>
    [Fact]
    public Task Groups_elect_although_all_threads_of_the_application_are_taken() => Scene.PlayAsync(output, async stage =>
    {
        var systems = new LivingSystems(stage, 3, $"akka.actor.default-dispatcher.executor = \"{TakenThreads.Name}\"");
        TakenThreads.Take();
        stage.AtEnd(() =>
        {
            TakenThreads.GiveBack();
            return Task.CompletedTask;
        });
        string[] groups = ["g0", "g1", "g2"];
        foreach (var group in groups) systems.StartAll(group, inMemory: true);
        await AllAsync(groups, group => HasLeaderAsync(systems, group, systems.Ids));
    });

    /// <summary>Asks of each group until it is so.</summary>
    private static async Task AllAsync(string[] groups, Func<string, Task<bool>> isSo)
    {
        var waiting = new Queue<string>(groups);
        await Waits.UntilAsync(
            async () =>
            {
                while (waiting.TryPeek(out var group) && await isSo(group)) waiting.Dequeue();
                return waiting.Count == 0 ? waiting : null;
            },
            "all groups to have a leader",
            () => $"{waiting.Count} of {groups.Length} have none");
    }

    private static async Task<bool> HasLeaderAsync(LivingSystems systems, string group, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            if (await StatusAsync(systems, group, id) is { Role: MemberRole.Leader }) return true;
        }

        return false;
    }

    private static Task<LedgerStatus> StatusAsync(LivingSystems systems, string group, string id) =>
        systems[id].ActorSelection($"/user/dledger/{group}").Ask<LedgerStatus>(new GetStatus(), AnswerTimeMax);
}
