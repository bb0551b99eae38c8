using Akka.Actor;
using Akka.Configuration;
using BenchmarkDotNet.Attributes;
using DLedger.Remoting;

namespace DLedger.Micro;

/// <summary>
/// A message and its answer through Akka.Remote, between two systems over a real connection; per message with its answer. What is allocated is that
/// of both sides.
/// </summary>
public class RemoteMessages
{
    /// <summary>
    /// A leader that was connected to pushes to the one who made the connection, whose buffers are others than those of an accepted connection.
    /// </summary>
    private const string PushToTheConnecter = "Push of 64 KiB, back";

    private const int Together = 16;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _answered = new(0);
    private ActorSystem _here = null!;
    private ActorSystem _there = null!;
    private IActorRef _asker = null!;
    private IActorRef _answerer = null!;
    private object _message = null!;

    [Params("Append", "AppendMany of 64", "Push of 32 KiB", "Push of 64 KiB", PushToTheConnecter)]
    public string Message { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _here = Start("here");
        _there = Start("there");
        (_message, var answer) = Message switch
        {
            PushToTheConnecter => (WireMessages.Make("PushAck"), WireMessages.Make("Push of 64 KiB")),
            "Push of 32 KiB" or "Push of 64 KiB" => (WireMessages.Make(Message), WireMessages.Make("PushAck")),
            _ => (WireMessages.Make(Message), WireMessages.Make("Committed")),
        };
        _asker = _here.ActorOf(Akka.Actor.Props.Create(() => new Asker(_answered)), "asker");
        _there.ActorOf(Akka.Actor.Props.Create(() => new Answerer(answer)), "answerer");
        var address = ((ExtendedActorSystem)_there).Provider.DefaultAddress;
        _answerer = _here.ActorSelection($"{address}/user/answerer").ResolveOne(StartTimeout).Result;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _here.Terminate().Wait();
        _there.Terminate().Wait();
        _answered.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Together)]
    public void SixteenUnderWay()
    {
        for (var i = 0; i < Together; i++) _answerer.Tell(_message, _asker);
        for (var i = 0; i < Together; i++) Wait();
    }

    [Benchmark]
    public void OneUnderWay()
    {
        _answerer.Tell(_message, _asker);
        Wait();
    }

    private static ActorSystem Start(string name) => ActorSystem.Create(name, ConfigurationFactory.ParseString("""
        akka.loglevel = WARNING
        akka.stdout-loglevel = WARNING
        akka.remote.enabled-transports = ["akka.remote.dot-netty.tcp"]
        akka.remote.dot-netty.tcp.hostname = 127.0.0.1
        akka.remote.dot-netty.tcp.port = 0
        akka.remote.dot-netty.tcp.maximum-frame-size = 256KiB
        """).WithFallback(RemotingConfig.Reference).WithFallback(RemotingConfig.Dispatchers));

    private void Wait()
    {
        if (!_answered.Wait(StartTimeout)) throw new TimeoutException("No answer.");
    }

    private sealed class Asker(SemaphoreSlim answered) : UntypedActor
    {
        protected override void OnReceive(object message) => answered.Release();
    }

    private sealed class Answerer(object answer) : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(answer);
    }
}
