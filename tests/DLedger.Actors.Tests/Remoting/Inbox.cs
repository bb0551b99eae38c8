using System.Threading.Channels;
using Akka.Actor;
using DLedger.Node;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>What arrives at one path of a system; a test waits for it with a generous deadline.</summary>
internal sealed class Inbox
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Channel<(object Message, IActorRef Sender)> _arrived = Channel.CreateUnbounded<(object, IActorRef)>();

    private Inbox()
    {
    }

    /// <summary>Puts an actor at a path below /user, with its parents, and waits until it is there.</summary>
    public static async Task<Inbox> At(ActorSystem system, string path)
    {
        var inbox = new Inbox();
        var names = path.Split('/');
        var placed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Place(names, 1, inbox._arrived.Writer, placed)), names[0]);
        await placed.Task.WaitAsync(Deadline);
        return inbox;
    }

    /// <summary>Puts an actor behind the router of a system: everything that members elsewhere say to any role of a group comes to it.</summary>
    public static Inbox BehindRouter(ActorSystem system, string group, string from)
    {
        var inbox = new Inbox();
        var actor = system.ActorOf(Props.Create(() => new Place(Array.Empty<string>(), 0, inbox._arrived.Writer, new TaskCompletionSource())));
        PeerRouter.Of(system).Register(group, new PeerReceivers(actor, actor, actor, new Dictionary<string, IActorRef> { [from] = actor }));
        return inbox;
    }

    public async Task<(object Message, IActorRef Sender)> Next()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        return await _arrived.Reader.ReadAsync(deadline.Token);
    }

    public async Task<T> Next<T>()
    {
        var (message, _) = await Next();
        return Xunit.Assert.IsType<T>(message);
    }

    private sealed class Place(string[] names, int depth, ChannelWriter<(object, IActorRef)> arrived, TaskCompletionSource placed) : UntypedActor
    {
        protected override void PreStart()
        {
            if (depth == names.Length) placed.SetResult();
            else Context.ActorOf(Props.Create(() => new Place(names, depth + 1, arrived, placed)), names[depth]);
        }

        protected override void OnReceive(object message) => arrived.TryWrite((message, Sender));
    }
}
