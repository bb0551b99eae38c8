using Akka.Actor;
using Xunit.Abstractions;

namespace DLedger.Processes.Tests;

/// <summary>
/// Whoever has found a group once, by whatever means Akka has, reaches it after it was stopped and started inside a living ActorSystem.
/// </summary>
public sealed class RefsOfBeforeTests(ITestOutputHelper output)
{
    private const string Group = "g";
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(5);

    [Fact]
    public Task Every_reference_to_a_group_that_an_application_elsewhere_has_reaches_its_next_life() => Scene.PlayAsync(output, async stage =>
    {
        var systems = new LivingSystems(stage, 1);
        var path = $"akka.tcp://dledger@{systems.Members[0].Address}/user/dledger/{Group}";
        await ExpectAllReach(stage, systems, stage.Clients, path, isNearby: false);
    });

    [Fact]
    public Task Every_reference_to_a_group_in_the_same_system_reaches_its_next_life_even_one_from_before_the_first() =>
        Scene.PlayAsync(output, async stage =>
    {
        var systems = new LivingSystems(stage, 1);
        await ExpectAllReach(stage, systems, systems["n0"], $"akka://dledger/user/dledger/{Group}", isNearby: true);
    });

    [Fact]
    public Task What_is_for_a_stopped_group_is_refused_and_not_answered_for_the_next_life() => Scene.PlayAsync(output, async stage =>
    {
        var systems = new LivingSystems(stage, 1);
        var root = systems.Start(Group, "n0");
        await CommittedAsync(root);
        for (var i = 0; i < 3; i++)
        {
            await systems.StopAsync(Group, "n0");
            var refused = await root.Ask<AppendResult>(new Append(new byte[1]), AnswerTimeMax);
            Expect.That(refused is AppendResult.Rejected { Reason: RejectReason.NoSuchGroup }, $"an append to a group that was stopped: {refused}");
            var status = await root.Ask<LedgerStatus>(new GetStatus(), AnswerTimeMax);
            Expect.That(status is { Id: "", Role: MemberRole.Stopped, Group: Group }, $"the status of a group that was stopped: {status}");
            Expect.That(root.Equals(systems.Start(Group, "n0")), "a group that starts again has another reference");
            await CommittedAsync(root);
        }
    });

    private static async Task ExpectAllReach(Stage stage, LivingSystems systems, ActorSystem application, string path, bool isNearby)
    {
        DLedgerExtension.Get(application);
        var provider = ((ExtendedActorSystem)application).Provider;
        var refs = new List<(string Kind, ICanTell To)> { ("resolved before the first start", provider.ResolveActorRef(path)) };
        refs.Add(("selected before the first start", application.ActorSelection(path)));
        await using var client = DLedgerClient.Create(application, Group, systems.Members, new DLedgerClientOptions { Timeout = Waits.HangTimeout });
        var early = client.AppendAsync("early"u8.ToArray());
        systems.Start(Group, "n0");

        // Whoever is asked before the group starts may say truthfully that it is not there.
        var first = await early.Within("an append from before the first start");
        Expect.That(
            first is AppendResult.Committed or AppendResult.Rejected { Reason: RejectReason.NoSuchGroup },
            $"an append from before the first start: {first}");
        refs.Add(("looked for and found", await application.ActorSelection(path).ResolveOne(AnswerTimeMax)));
        refs.Add(("resolved after the first start", provider.ResolveActorRef(path)));
        for (var life = 1; life <= 3; life++)
        {
            foreach (var (kind, to) in refs)
            {
                await Waits.UntilAsync(
                    async () => await AppendAsync(to) as AppendResult.Committed, $"an append in life {life} to the reference {kind}");
                var status = await to.Ask<LedgerStatus>(new GetStatus(), AnswerTimeMax);
                var leads = status is { Id: "n0", Role: MemberRole.Leader };
                Expect.That(leads, $"the status in life {life} by the reference {kind}{(isNearby ? " nearby" : "")}: {status}");
            }

            var again = await client.AppendAsync("again"u8.ToArray()).Within("an append of the client");
            Expect.That(again is AppendResult.Committed, $"the client's append in life {life}: {again}");
            await systems.StopAsync(Group, "n0");
            systems.Start(Group, "n0");
        }
    }

    private static Task<AppendResult.Committed> CommittedAsync(IActorRef root) =>
        Waits.UntilAsync(async () => await AppendAsync(root) as AppendResult.Committed, "an append to be committed");

    private static async Task<AppendResult?> AppendAsync(ICanTell to)
    {
        try
        {
            return await to.Ask<AppendResult>(new Append(new byte[1]), AnswerTimeMax);
        }
        catch (AskTimeoutException)
        {
            // Lost on the way: it is asked again.
            return null;
        }
    }
}
