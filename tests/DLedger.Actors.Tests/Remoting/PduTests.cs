using CsCheck;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class PduTests
{
    private const string Node = "akka.tcp://dledger@127.0.0.1:9001/user/dledger/g";
    private const string Client = "akka.tcp://app@127.0.0.1:4711/temp/a";

    [Fact]
    public void What_Akka_writes_is_what_it_is()
    {
        Assert.Equal(PduKind.Associate, KindOf(Pdus.Associate()));
        Assert.Equal(PduKind.Associate, KindOf(Pdus.Associate(host: "[::1]", protocol: "akka.cut.tcp")));
        Assert.Equal(PduKind.Control, KindOf(Pdus.Heartbeat));
        Assert.Equal(PduKind.Message, KindOf(Pdus.To(Node, 17, "S", [1], Client)));
        Assert.Equal(PduKind.Message, KindOf(Pdus.To(Node, 99, "MyApp.Größe, MyApp", [1], Client)));
        Assert.Equal(PduKind.Message, KindOf(Pdus.To(Node, WireSerializer.Id, WireManifest.VoteRequest, [1])));
        Assert.Equal(PduKind.PushAttached, KindOf(Pdus.To(Node, WireSerializer.Id, WireManifest.PushAttached, [1])));
        // An acknowledgement alone.
        Assert.Equal(PduKind.Message, KindOf(Pdus.Message((1, Pdus.Message((1, Pdus.Message((1, 5UL))))))));
    }

    [Theory]
    [InlineData(WireManifest.Append)]
    [InlineData(WireManifest.AppendMany)]
    [InlineData(WireManifest.Read)]
    [InlineData(WireManifest.GetStatus)]
    [InlineData(WireManifest.TransferLeadership)]
    public void Requests_are_known_also_when_a_selection_of_actors_is_asked(string manifest)
    {
        Assert.Equal(PduKind.Request, KindOf(Pdus.To(Node, WireSerializer.Id, manifest, [1, 2], Client)));
        Assert.Equal(PduKind.Request, KindOf(Pdus.ToSelection("akka.tcp://dledger@127.0.0.1:9001/", ["user", "dledger", "g"], WireSerializer.Id, manifest, [1, 2])));
        Assert.False(Pdu.IsAnswer(Pdus.To(Node, WireSerializer.Id, manifest, [1, 2])));
        // The same name under another serializer is something else.
        Assert.Equal(PduKind.Message, KindOf(Pdus.To(Node, 17, manifest, [1, 2])));
    }

    [Theory]
    [InlineData(WireManifest.AppendCommitted)]
    [InlineData(WireManifest.AppendRejected)]
    [InlineData(WireManifest.AppendUnknown)]
    [InlineData(WireManifest.ReadEntries)]
    [InlineData(WireManifest.ReadOutOfRange)]
    [InlineData(WireManifest.ReadRejected)]
    [InlineData(WireManifest.ReadFailed)]
    [InlineData(WireManifest.LedgerStatus)]
    [InlineData(WireManifest.TransferDone)]
    [InlineData(WireManifest.TransferFailed)]
    [InlineData(WireManifest.TransferRejected)]
    public void Answers_are_known(string manifest) => Assert.True(Pdu.IsAnswer(Pdus.To(Client, WireSerializer.Id, manifest, [1], Node)));

    [Fact]
    public void A_read_counts_as_what_it_asks_for()
    {
        // From, count, most bytes, mode.
        byte[] read = [0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 4, 0, 0];
        Assert.Null(Pdu.Judge(Pdus.To(Node, WireSerializer.Id, WireManifest.Read, read), out _, out var bytes));
        Assert.Equal(256 << 10, bytes);
    }

    [Theory]
    [InlineData("akka.tcp://dledger@127.0.0.1:9001/user/\u001b[31m", "s1")]
    [InlineData("akka.tcp://dledger@127.0.0.1:9001/user/a\r\nb", "s1")]
    [InlineData("", "s1")]
    [InlineData("/user/a", "s\n1")]
    [InlineData("/user/a", "\u007f")]
    [InlineData("/user/a", "\u009b31m")]
    public void Control_characters_in_paths_and_manifests_are_refused(string recipient, string manifest)
    {
        Assert.NotNull(Pdu.Judge(Pdus.To(recipient, 17, manifest, [1]), out _, out _));
        Assert.NotNull(Pdu.Judge(Pdus.ToSelection("/", ["user", recipient.Length > 0 ? recipient : "\0"], 17, manifest, [1]), out _, out _));
        if (recipient.Length > 10) Assert.NotNull(Pdu.Judge(Pdus.To("/user/a", 17, "s", [1], recipient), out _, out _));
    }

    [Fact]
    public void Whatever_comes_is_judged_and_nothing_throws()
    {
        byte[][] good =
        [
            Pdus.Associate(), Pdus.Heartbeat, Pdus.To(Node, WireSerializer.Id, WireManifest.Read, new byte[17], Client),
            Pdus.ToSelection("/", ["user", "dledger", "g"], WireSerializer.Id, WireManifest.Append, new byte[30]),
        ];
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 300], Gen.Byte, Gen.Int[0, 300], Gen.Byte, Gen.Int[0, 300]).Sample(
            (which, first, value, second, another, cut) =>
            {
                var bytes = good[which].ToArray();
                bytes[first % bytes.Length] = value;
                bytes[second % bytes.Length] = another;
                if (cut < bytes.Length) bytes = bytes[..cut];
                Look(bytes);
            },
            iter: 50_000);
        Gen.Byte.Array[0, 80].Sample(Look, iter: 50_000);
    }

    private static void Look(byte[] bytes)
    {
        var problem = Pdu.Judge(bytes, out var kind, out _);
        Pdu.IsAnswer(bytes);
        if (problem is null && kind == PduKind.Associate) Assert.NotNull(Pdu.OriginOf(bytes));
        if (problem is not null) Assert.True(problem.All(c => c is >= ' ' and <= '~'));
    }

    private static PduKind KindOf(byte[] pdu)
    {
        Assert.Null(Pdu.Judge(pdu, out var kind, out _));
        return kind;
    }
}
