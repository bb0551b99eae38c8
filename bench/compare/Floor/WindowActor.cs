using System.Diagnostics;
using Akka.Actor;

namespace DLedger.Compare;

/// <summary>Keeps so many parcels under way to an echo for so long.</summary>
internal sealed class WindowActor(IActorRef echo) : UntypedActor
{
    private readonly Queue<long> _sent = new();
    private Begin _run = new(0, 0, false, TimeSpan.Zero);
    private IActorRef _asker = ActorRefs.Nobody;
    private Parcel _parcel = new([], false);
    private Latency _latency = new();
    private long _started;
    private long _answered;

    public static Props Props(IActorRef echo) => Akka.Actor.Props.Create(() => new WindowActor(echo));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Begin begin:
                _run = begin;
                _asker = Sender;
                _parcel = new Parcel(new byte[begin.Bytes], begin.EchoesBody);
                _latency = new Latency();
                _answered = 0;
                _started = Stopwatch.GetTimestamp();
                for (var i = 0; i < begin.Window; i++) Send();
                break;
            case Parcel:
                // The answers come in the order of what they answer.
                _latency.RecordSince(_sent.Dequeue());
                _answered++;
                if (Stopwatch.GetElapsedTime(_started) < _run.Time) Send();
                else if (_sent.Count == 0) _asker.Tell(new Ended(_latency, _answered * _run.Bytes / Stopwatch.GetElapsedTime(_started).TotalSeconds));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Send()
    {
        _sent.Enqueue(Stopwatch.GetTimestamp());
        echo.Tell(_parcel, Self);
    }

    public sealed record Begin(int Bytes, int Window, bool EchoesBody, TimeSpan Time);

    public sealed record Ended(Latency Latency, double BytesPerSecond);
}
