using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>Who members are, and whom they know.</summary>
internal static class GreetingCodecs
{
    private const int NameBytesMin = 1;
    private const int LifeBytesMin = NameBytesMin + 16;

    public static MessageCodec[] All { get; } =
    [
        new PeerCodec<Hello>(
            "O3",
            static (hello, ref writer) =>
            {
                writer.I32(hello.Protocol);
                writer.I64(hello.Nonce);
            },
            static (origin, term, ref reader) =>
            {
                var hello = new Hello(origin, term, reader.I32(), reader.I64());
                SkipWhatOthersAdd(hello.Protocol, ref reader);
                return hello;
            }),
        new PeerCodec<HelloRefused>(
            "OX1",
            static (refused, ref writer) =>
            {
                writer.I32(refused.Protocol);
                writer.I64(refused.Nonce);
            },
            static (origin, term, ref reader) =>
            {
                var refused = new HelloRefused(origin, term, reader.I32(), reader.I64());
                SkipWhatOthersAdd(refused.Protocol, ref reader);
                return refused;
            }),
        new PeerCodec<HelloReply>(
            "OR3",
            static (reply, ref writer) =>
            {
                writer.I64(reply.Nonce);
                WriteGreeting(reply.Greeting, ref writer);
            },
            static (origin, term, ref reader) => new HelloReply(origin, term, reader.I64(), ReadGreeting(ref reader))),
    ];

    /// <summary>Another version may have more to say, and what is here is all that we need of it.</summary>
    private static void SkipWhatOthersAdd(int protocol, ref RecordReader reader)
    {
        while (protocol != ProtocolVersion.Current && reader.Left > 0 && reader.Problem is null) reader.U8();
    }

    private static void WriteGreeting(Greeting greeting, ref RecordWriter writer)
    {
        writer.List(greeting.Founders, static (name, ref writer) => writer.Name(name));
        writer.List(greeting.Known, static (life, ref writer) =>
        {
            writer.Name(life.Id);
            writer.Id(life.StoreId);
        });
        writer.Bool(greeting.IsFounded);
        writer.List(greeting.Accepts, static (name, ref writer) => writer.Name(name));
        writer.Point(greeting.Tail);
        writer.Point(greeting.Floor);
        writer.I64(greeting.MaxEntryBytes);
        writer.I64(greeting.BatchBytesMax);
    }

    private static Greeting ReadGreeting(ref RecordReader reader) => new(
        ReadNames(ref reader),
        reader.List(LifeBytesMin, static (ref reader) => new MemberLife(reader.Name(), reader.Id())),
        reader.Bool(),
        ReadNames(ref reader),
        reader.Point(),
        reader.Point(),
        reader.Number(),
        reader.Number());

    private static string[] ReadNames(ref RecordReader reader) => reader.List(NameBytesMin, static (ref reader) => reader.Name());
}
