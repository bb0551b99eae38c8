using Akka.Actor;
using BenchmarkDotNet.Attributes;
using DLedger.Core;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger.Micro;

/// <summary>The hot messages to bytes and back, as Akka.Remote has it done; per message. Entries are of 128 bytes.</summary>
public class WireMessages
{
    private const int EntryBytes = 128;

    private static readonly Origin Origin = new("dledger", Sample.Group, "n0", Guid.Empty);

    private ActorSystem _system = null!;
    private WireSerializer _serializer = null!;
    private object _message = null!;
    private string _manifest = "";
    private byte[] _bytes = [];

    [Params("Append", "AppendMany of 64", "Committed", "Push of 64 KiB", "PushAck", "Entries of 64")]
    public string Message { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _system = ActorSystem.Create("micro");
        _serializer = new WireSerializer((ExtendedActorSystem)_system);
        _message = Make(Message);
        _manifest = _serializer.Manifest(_message);
        _bytes = _serializer.ToBinary(_message);
    }

    [GlobalCleanup]
    public void Cleanup() => _system.Terminate().Wait();

    [Benchmark]
    public byte[] ToBinary() => _serializer.ToBinary(_message);

    [Benchmark]
    public object FromBinary() => _serializer.FromBinary(_bytes, _manifest);

    internal static object Make(string name) => name switch
    {
        "Append" => new Append(Sample.Bodies(1, EntryBytes)[0]),
        "AppendMany of 64" => new AppendMany(Sample.Bodies(64, EntryBytes), new AppendStream(Guid.Empty, 17, false)),
        "Committed" => new AppendResult.Committed(1000, 64, Sample.Term.Value),
        "Push of 32 KiB" => PushOf(32 << 10),
        "Push of 64 KiB" => PushOf(64 << 10),
        "PushAck" => new PushAck(Origin, Sample.Term, new LogIndex(1000)),
        "Entries of 64" =>
            new ReadResult.Entries([.. Sample.Bodies(64, EntryBytes).Select((body, index) => new LedgerEntry(index, Sample.Term.Value, body))], 63),
        _ => throw new ArgumentException($"No message {name}.", nameof(name)),
    };

    /// <summary>One batch that is full at this size.</summary>
    private static Push PushOf(int batchBytesMax) =>
        new(
            Origin, Sample.Term, 1, LogPoint.Origin, LogIndex.None,
            Sample.Log(1, batchBytesMax / (EntryBytes + Batch.EntryOverheadBytes), EntryBytes));
}
