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
        // The stopped groups' members elsewhere go on sending to a process that has nobody for it, long enough for any silence to be taken for a dead connection.
        var sentInVainMin = 300 * stopped;
        var systems = new LivingSystems(stage, 3);
        string[] groups = ["g0", "g1", "g2", "g3", "g4"];
        foreach (var group in groups) systems.StartAll(group, inMemory: true);
        var clients = groups.Select(systems.NewClient).ToArray();
        foreach (var client in clients) await systems.WorksAsync(client);
        foreach (var group in groups[..stopped]) await systems.StopAsync(group, "n2");

        var breaks = new Breaks(systems);
        var door = PeerDoor.Of(systems["n2"]);
        var from = door.Dropped;
        var appends = 0;
        await Patience.UntilAsync(
            async () =>
            {
                foreach (var client in clients)
                {
                    Expect.That(await client.AppendAsync("entry"u8.ToArray()).Within("an append") is AppendResult.Committed, "an append was not committed");
                    appends++;
                }

                return door.Dropped - from >= sentInVainMin ? door : null;
            },
            "what is sent to the stopped groups to arrive");
        stage.Figure("appends meanwhile", appends);
        stage.Figure("connections broken", breaks.Count);
        Expect.That(breaks.Count == 0, $"{breaks.Count} connections ended although all processes lived");
    });

    [Fact]
    public Task A_hundred_groups_in_one_process_elect() => Scene.PlayAsync(output, async stage =>
    {
        var time = await ElectAsync(new LivingSystems(stage, 3), 100);
        stage.Figure("100 groups: until all have a leader", Figures.Ms(time));
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
        var time = await ElectAsync(systems, 3);
        stage.Figure("3 groups: until all have a leader", Figures.Ms(time));
    });

    private static async Task<TimeSpan> ElectAsync(LivingSystems systems, int count)
    {
        var since = Stopwatch.GetTimestamp();
        string[] groups = [.. Enumerable.Range(0, count).Select(i => $"g{i}")];
        foreach (var group in groups) systems.StartAll(group, inMemory: true);
        var waiting = groups.ToHashSet();
        await Patience.UntilAsync(
            async () =>
            {
                foreach (var group in waiting.ToArray())
                {
                    if (await HasLeaderAsync(systems, group)) waiting.Remove(group);
                    else break;
                }

                return waiting.Count == 0 ? waiting : null;
            },
            "all groups to have a leader",
            () => $"{waiting.Count} of {count} have none");
        return Stopwatch.GetElapsedTime(since);
    }

    private static async Task<bool> HasLeaderAsync(LivingSystems systems, string group)
    {
        foreach (var id in systems.Ids)
        {
            if (await systems[id].ActorSelection($"/user/dledger/{group}").Ask<LedgerStatus>(new GetStatus(), AnswerTimeMax) is { Role: "Leader" }) return true;
        }

        return false;
    }
}
