using Akka.Actor;

namespace DLedger.Compare;

/// <summary>Answers each parcel, with its bytes or with none.</summary>
internal sealed class EchoActor : UntypedActor
{
    public const string Name = "echo";

    private static readonly Parcel Empty = new([], false);

    public static Props Props() => Akka.Actor.Props.Create<EchoActor>();

    protected override void OnReceive(object message)
    {
        if (message is Parcel parcel) Sender.Tell(parcel.ComesBack ? parcel : Empty);
        else Unhandled(message);
    }
}
