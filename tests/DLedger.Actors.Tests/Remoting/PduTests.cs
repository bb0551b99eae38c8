using CsCheck;
using DLedger.Core;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class PduTests
{
    private const string Node = "akka.tcp://dledger@127.0.0.1:9001/user/dledger/g";
    private const string Client = "akka.tcp://app@127.0.0.1:4711/temp/a";

    private static readonly Guid Attached = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b21");

    [Fact]
    public void What_Akka_writes_is_what_it_is()
    {
        Assert.Equal(PduKind.Associate, Judged(Pdus.Associate()).Kind);
        Assert.Equal(PduKind.Associate, Judged(Pdus.Associate(host: "[::1]", protocol: "akka.cut.tcp")).Kind);
        Assert.Equal(PduKind.Control, Judged(Pdus.Heartbeat).Kind);
        Assert.Equal(PduKind.Message, Judged(Pdus.To(Node, 17, "S", [1], Client)).Kind);
        Assert.Equal(PduKind.Message, Judged(Pdus.To(Node, 99, "MyApp.Größe, MyApp", [1], Client)).Kind);
        // An acknowledgement alone.
        Assert.Equal(PduKind.Message, Judged(Pdus.Message((1, Pdus.Message((1, Pdus.Message((1, 5UL))))))).Kind);
    }

    public static TheoryData<string> Requests => ManifestsOf(IsRequest);

    public static TheoryData<string> Answers => ManifestsOf(type => type.IsSubclassOf(typeof(DLedgerMessage)) && !IsRequest(type));

    public static TheoryData<string> BetweenMembers => ManifestsOf(type => !type.IsSubclassOf(typeof(DLedgerMessage)));

    [Theory]
    [MemberData(nameof(Requests))]
    public void Requests_are_known_also_when_a_selection_of_actors_is_asked(string manifest)
    {
        Assert.Equal(PduKind.Request, Judged(Pdus.To(Node, WireSerializer.Id, manifest, [1, 2], Client)).Kind);
        var selection = Pdus.ToSelection("akka.tcp://dledger@127.0.0.1:9001/", ["user", "dledger", "g"], WireSerializer.Id, manifest, [1, 2]);
        Assert.Equal(PduKind.Request, Judged(selection).Kind);
        Assert.False(Pdu.IsAnswer(Pdus.To(Node, WireSerializer.Id, manifest, [1, 2])));
        // The same name under another serializer is something else.
        Assert.Equal(PduKind.Message, Judged(Pdus.To(Node, 17, manifest, [1, 2])).Kind);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Answers_are_known(string manifest)
    {
        Assert.True(Pdu.IsAnswer(Pdus.To(Client, WireSerializer.Id, manifest, [1], Node)));
        Assert.Equal(PduKind.Answer, Judged(Pdus.To(Client, WireSerializer.Id, manifest, [1], Node)).Kind);
    }

    [Theory]
    [MemberData(nameof(BetweenMembers))]
    public void What_members_say_is_neither_request_nor_answer(string manifest)
    {
        Assert.False(Pdu.IsAnswer(Pdus.To(Node, WireSerializer.Id, manifest, [1])));
        Assert.Equal(PduKind.Message, Judged(Pdus.To(Node, WireSerializer.Id, manifest, [1])).Kind);
    }

    [Fact]
    public void A_push_names_what_is_attached_to_it_and_nothing_else_does()
    {
        Assert.Equal(Attached, Judged(Naming(PushCodec.Name)).AttachmentId);
        Assert.Equal(Attached, Pdu.AttachmentOf(Naming(PushCodec.Name)));
        Assert.Equal(Guid.Empty, Judged(Naming("V2")).AttachmentId);
        Assert.Equal(Guid.Empty, Pdu.AttachmentOf(Naming("V2")));
        Assert.Equal(Guid.Empty, Pdu.AttachmentOf(Pdus.Heartbeat));
        // One that ends early is refused where it is read.
        Assert.Equal(Guid.Empty, Judged(Pdus.To(Node, WireSerializer.Id, PushCodec.Name, [1])).AttachmentId);

        static byte[] Naming(string manifest) => Pdus.To(Node, WireSerializer.Id, manifest, [.. Attached.ToByteArray(), 1, 2, 3]);
    }

    [Fact]
    public void A_read_counts_as_what_it_asks_for()
    {
        var read = new Read(7, 10, 256 << 10) { RequestId = -1 };
        var codec = MessageCodecs.Of(read);
        var bytes = RecordWriter.ToArray(read, (ref writer, message) => codec.Write(message, Guid.Empty, ref writer));
        Assert.Equal(256 << 10, Judged(Pdus.To(Node, WireSerializer.Id, codec.Manifest, bytes)).RequestBytes);
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
        Assert.NotNull(Pdu.Judge(Pdus.To(recipient, 17, manifest, [1]), out _));
        Assert.NotNull(Pdu.Judge(Pdus.ToSelection("/", ["user", recipient.Length > 0 ? recipient : "\0"], 17, manifest, [1]), out _));
        if (recipient.Length > 10) Assert.NotNull(Pdu.Judge(Pdus.To("/user/a", 17, "s", [1], recipient), out _));
    }

    [Fact]
    public void Whatever_comes_is_judged_and_nothing_throws()
    {
        byte[][] good =
        [
            Pdus.Associate(), Pdus.Heartbeat, Pdus.To(Node, WireSerializer.Id, MessageCodecs.Of(new Read(0)).Manifest, new byte[25], Client),
            Pdus.ToSelection("/", ["user", "dledger", "g"], WireSerializer.Id, MessageCodecs.Of(new Append(default)).Manifest, new byte[30]),
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
        var problem = Pdu.Judge(bytes, out var pdu);
        Pdu.IsAnswer(bytes);
        Pdu.AttachmentOf(bytes);
        if (problem is null && pdu.Kind == PduKind.Associate) Assert.NotNull(Pdu.OriginOf(bytes));
        if (problem is not null) Assert.True(problem.All(c => c is >= ' ' and <= '~'));
    }

    private static Pdu Judged(byte[] bytes)
    {
        Assert.Null(Pdu.Judge(bytes, out var pdu));
        return pdu;
    }

    private static bool IsRequest(Type type) =>
        type.BaseType is { IsGenericType: true } of && of.GetGenericTypeDefinition() == typeof(DLedgerRequest<>);

    private static TheoryData<string> ManifestsOf(Func<Type, bool> which)
    {
        var manifests = new TheoryData<string>();
        foreach (var codec in MessageCodecs.All.Where(codec => which(codec.Type))) manifests.Add(codec.Manifest);
        return manifests;
    }
}
