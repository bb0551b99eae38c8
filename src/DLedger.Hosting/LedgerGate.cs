using Akka.Actor;
using Akka.Event;
using DLedger.Node;

namespace DLedger.Hosting;

/// <summary>
/// <c>/user/dledger</c> of an application whose ledger has an ActorSystem of its own: below it, an actor for each group that passes everything on.
/// What is for a group that is not here, it answers as the ledger's own would.
/// </summary>
internal sealed class LedgerGate : UntypedActor
{
    public const string Name = "dledger";

    private string _path = "";

    public static Props Props() => Akka.Actor.Props.Create(() => new LedgerGate()).WithDeploy(Deploy.Local);

    protected override void PreStart()
    {
        _path = Self.Path.ToStringWithoutAddress() + "/";
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AddGroup add:
                Sender.Tell(new GroupAdded(Context.ActorOf(Passage.Props(add.To), add.Group)));
                break;
            case DeadLetter letter:
                AnswerDead(letter);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void AnswerDead(DeadLetter letter)
    {
        var path = letter.Recipient.Path.ToStringWithoutAddress();
        if (!path.StartsWith(_path, StringComparison.Ordinal) || letter.Sender is null || letter.Sender.IsNobody()) return;
        AbsentGroup.Answer(path[_path.Length..].Split('/')[0], RejectReason.NoSuchGroup, letter.Message, letter.Sender);
    }

    /// <summary>What comes for a group goes to this actor; answered by <see cref="GroupAdded"/>.</summary>
    internal sealed record AddGroup(string Group, IActorRef To) : INoSerializationVerificationNeeded;

    internal sealed record GroupAdded(IActorRef Passage) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Passes on what comes, with its sender: the answer goes past it, to whoever asked. A reference into another ActorSystem of the same process is
    /// as good as any; what has to leave the process on the way back does so by the transport of the sender's own.
    /// </summary>
    private sealed class Passage(IActorRef to) : UntypedActor
    {
        public static Props Props(IActorRef to) => Akka.Actor.Props.Create(() => new Passage(to)).WithDeploy(Deploy.Local);

        protected override void OnReceive(object message) => to.Tell(message, Sender);
    }
}
