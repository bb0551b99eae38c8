using System.Text;

namespace DLedger.Processes.Tests;

/// <summary>
/// Leaders come and go, by transfer and by kill -9 in turns; the first entry stays the first, and the next append gets the next number.
/// </summary>
internal static class ManyLeaders
{
    private const string First = "Hello World";

    /// <param name="stage">Where it plays.</param>
    /// <param name="changes">How many.</param>
    /// <param name="hasty">Does not wait for a restarted member before the next change: many transfers then fail, and the kills come while members
    /// are still finding each other.</param>
    public static async Task RunAsync(Stage stage, int changes, bool hasty)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        await group.LeaderAsync();
        var hello = await Stage.CommandAsync("append", "-d", First, "--peers", group.Peers);
        Expect.Equal("0\n", hello.Out, "the first append prints");
        var log = new List<string> { First };
        var kills = 0;
        var transfers = 0;
        for (var change = 1; change <= changes; change++)
        {
            var old = hasty ? await group.LeaderAsync() : await group.AllBackAsync();
            if (change % 2 == 0)
            {
                await group.KillAndWaitAsync(old.Id);
                kills++;
            }
            else
            {
                var to = group.Members[(group.Members.ToList().FindIndex(member => member.Id == old.Id) + 1) % group.Members.Count].Id;
                var result = await group.Client.TransferAsync(to).Within("the end of a transfer");
                if (result is TransferResult.Transferred) transfers++;
                else stage.Say($"transfer from {old.Id} to {to}: {result}");
            }

            await ExpectFirstAsync(group);
            var body = $"after change {change}";
            switch (await group.Client.AppendAsync(Encoding.UTF8.GetBytes(body)).Within("an append"))
            {
                case AppendResult.Committed committed:
                    Expect.Equal(log.Count, committed.Index, $"the index of the append after change {change}");
                    log.Add(body);
                    break;
                case AppendResult.Unknown:
                    // A busy machine may lose a leader at any time; then the log itself says whether the entry is there.
                    if (await group.Client.ReadAsync(new Read(log.Count)).Within("a read") is ReadResult.Entries) log.Add(body);
                    break;
                case var other:
                    throw new ScenarioFailedException($"the append after change {change}: {other}");
            }

            if (change % 2 == 0) await group.StartAsync(old.Id);
        }

        var all = await group.ConvergedAsync(log.Count - 1);
        foreach (var id in group.Ids)
        {
            var held = await group.ReadAllAsync(id, all[0].CommittedIndex);
            Expect.That(log.SequenceEqual(held, StringComparer.Ordinal), $"{id} holds: {string.Join(", ", held)}");
        }

        Expect.Equal($"{First}\n", (await Stage.CommandAsync("get", "-i", "0", "--peers", group.Peers)).Out, "get -i 0 prints at the end");
        stage.Figure("leader changes", FormattableString.Invariant($"{transfers} by transfer, {kills} by kill -9; term {all[0].Term} at the end"));
    }

    private static async Task ExpectFirstAsync(ServerGroup group)
    {
        var read = await group.Client.ReadAsync(new Read(0)).Within("a read of entry 0");
        Expect.That(read is ReadResult.Entries { Items: [var entry] } && Encoding.UTF8.GetString(entry.Body.Span) == First, $"entry 0 is {read}");
    }
}
