using Akka.Actor;

namespace DLedger.Processes.Tests;

/// <summary>
/// Strangers send a host what ends actors: it goes on, since it is hardened. One that is told to trust everybody loses its group by it, and then ends
/// with an error and one line: a process without its group would look alive to whoever watches over it.
/// </summary>
internal static class EndedFromOutside
{
    private const string Trusting =
        "akka.remote.untrusted-mode = off\nakka.actor.serializers.akka-misc = \"Akka.Remote.Serialization.MiscMessageSerializer, Akka.Remote\"\n";

    public static async Task RunAsync(Stage stage)
    {
        var hard = new ServerGroup(stage, 1);
        await hard.StartAsync();
        await hard.LeaderAsync();
        foreach (var path in (string[])["/user/dledger/default", "/user/dledger", "/user"])
        {
            Reach(stage, hard, path).Tell(PoisonPill.Instance);
            stage.Clients.ActorSelection(DLedgerSystem.PathOf(hard.Members[0].Address, "default")).Tell(Kill.Instance);
        }

        Expect.That(
            await hard.Client.AppendAsync(new byte[] { 1 }).Within("an append after all that") is AppendResult.Committed { Term: 1 },
            "a hardened host goes on as if nothing had been");

        foreach (
            var (path, message) in new (string, object)[] { ("/user/dledger/default", PoisonPill.Instance), ("/user/dledger/default", Kill.Instance),
                ("/user/dledger", PoisonPill.Instance), ("/user", PoisonPill.Instance) })
        {
            var soft = new ServerGroup(stage, 1, Trusting);
            await soft.StartAsync();
            await soft.LeaderAsync();
            var process = soft.Process("n0");
            Reach(stage, soft, path).Tell(message);
            Expect.Equal(
                1, await process.ExitAsync(),
                $"exit code after {message} to {path}; it said last: {string.Join(" | ", process.Lines().TakeLast(5))}");
            var lines = process.Lines().Where(line => line.Contains("member n0 stopped: somebody stopped", StringComparison.Ordinal)).ToList();
            Expect.That(lines.Count == 1, $"one line after {message} to {path}: {string.Join(" | ", process.Lines())}");
        }
    }

    private static IActorRef Reach(Stage stage, ServerGroup group, string path) =>
        ((ExtendedActorSystem)stage.Clients).Provider.ResolveActorRef($"akka.tcp://{DLedgerSystem.DefaultName}@{group.Members[0].Address}{path}");
}
