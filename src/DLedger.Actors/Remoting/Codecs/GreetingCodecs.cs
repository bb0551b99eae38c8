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
            static (hello, ref writer) => writer.I64(hello.Nonce),
            static (origin, term, ref reader) => new Hello(origin, term, reader.I64())),
        new PeerCodec<HelloReply>(
            "OR3",
            static (reply, ref writer) =>
            {
                writer.I64(reply.Nonce);
                WriteGreeting(reply.Greeting, ref writer);
            },
            static (origin, term, ref reader) => new HelloReply(origin, term, reader.I64(), ReadGreeting(ref reader))),
    ];

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
