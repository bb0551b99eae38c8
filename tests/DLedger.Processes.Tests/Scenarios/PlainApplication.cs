using Akka.Actor;
using Akka.Configuration;

namespace DLedger.Processes.Tests;

/// <summary>
/// An application that has Akka.Remote and one call of <see cref="DLedgerExtension.Get"/>, and talks to a group by <c>ActorSelection</c> and messages
/// only: the smallest and the largest entries, and what is a byte too large.
/// </summary>
internal static class PlainApplication
{
    private const int EntryBytesMax = 1 << 20;
    private const int BatchBytesMax = 64 << 10;
    private const int LengthBytes = 4;
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(Stage stage)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        var leader = await group.LeaderAsync();
        var system = ActorSystem.Create("application", ConfigurationFactory.ParseString("""
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.actor.provider = remote
            akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
            akka.remote.dot-netty.tcp.port = 0
            akka.remote.dot-netty.tcp.maximum-frame-size = 2MiB
            """));
        try
        {
            DLedgerExtension.Get(system);
            var ledger = Selection(system, group, leader.Id, "default");

            // Entries of every size that is allowed.
            byte[][] bodies = [[], [0], Bytes(EntryBytesMax, 1), Bytes(EntryBytesMax - 1, 2)];
            for (var i = 0; i < bodies.Length; i++)
            {
                var result = await ledger.Ask<AppendResult>(new Append(bodies[i]), AnswerTimeMax);
                Expect.That(
                    result is AppendResult.Committed { Count: 1 } committed && committed.Index == i,
                    $"an entry of {bodies[i].Length} bytes: {result}");
            }

            Expect.That(
                await ledger.Ask<AppendResult>(
                    new Append(new byte[EntryBytesMax + 1]), AnswerTimeMax) is AppendResult.Rejected { Reason: RejectReason.TooLarge },
                "one byte more than max-entry-size must be TooLarge");
            for (var i = 0; i < bodies.Length; i++)
            {
                var read = await ledger.Ask<ReadResult>(new Read(i, maxBytes: EntryBytesMax), AnswerTimeMax);
                Expect.That(
                    read is ReadResult.Entries { Items: [var entry, ..] } && entry.Index == i && entry.Body.Span.SequenceEqual(bodies[i]),
                    $"entry {i} is not what was appended");
            }

            // A batch just below the limit, lengths counted, and one byte above it.
            var half = (BatchBytesMax / 2) - LengthBytes;
            var many = await ledger.Ask<AppendResult>(new AppendMany([Bytes(half, 3), Bytes(half, 4)]), AnswerTimeMax);
            Expect.That(
                many is AppendResult.Committed { Count: 2 } both && both.Index == bodies.Length, $"AppendMany of exactly batch-bytes-max: {many}");
            many = await ledger.Ask<AppendResult>(new AppendMany([Bytes(half, 3), Bytes(half + 1, 4)]), AnswerTimeMax);
            Expect.That(many is AppendResult.Rejected { Reason: RejectReason.TooLarge }, $"AppendMany of one byte more: {many}");
            many = await ledger.Ask<AppendResult>(new AppendMany([]), AnswerTimeMax);
            Expect.That(many is AppendResult.Rejected { Reason: RejectReason.NoEntries }, $"AppendMany of nothing: {many}");
            var end = await ledger.Ask<ReadResult>(new Read(bodies.Length + 2), AnswerTimeMax);
            Expect.That(end is ReadResult.OutOfRange range && range.CommittedIndex == bodies.Length + 1, $"reading behind the end: {end}");

            // Whom to ask instead.
            var follower = group.Ids.First(id => id != leader.Id);
            var elsewhere = await Selection(system, group, follower, "default").Ask<AppendResult>(new Append(Bytes(10, 5)), AnswerTimeMax);
            Expect.That(
                elsewhere is AppendResult.Rejected { Reason: RejectReason.NotLeader, LeaderAddress: not null },
                $"an append to a follower: {elsewhere}");

            // A group that is not there: the host lets selections reach its own group only, and whoever has its address gets an answer.
            await using (var nobody = DLedgerClient.Create(system, "nobody", group.Members))
            {
                var append = await nobody.AppendAsync(Bytes(10, 6)).Within("an answer to an append to an unknown group");
                Expect.That(append is AppendResult.Rejected { Reason: RejectReason.NoSuchGroup }, $"an append to an unknown group: {append}");
                var noRead = await nobody.ReadAsync(new Read(0)).Within("an answer to a read from an unknown group");
                Expect.That(noRead is ReadResult.Rejected { Reason: RejectReason.NoSuchGroup }, $"a read from an unknown group: {noRead}");
            }

            // And the group still works.
            var last = await ledger.Ask<AppendResult>(new Append("last"u8.ToArray()), AnswerTimeMax);
            Expect.That(last is AppendResult.Committed { Index: 6 }, $"the last append: {last}");
        }
        finally
        {
            await system.Terminate();
        }
    }

    private static ActorSelection Selection(ActorSystem system, ServerGroup group, string id, string name) => system.ActorSelection(
        DLedgerSystem.PathOf(group.Members.First(member => member.Id == id).Address, name));

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
