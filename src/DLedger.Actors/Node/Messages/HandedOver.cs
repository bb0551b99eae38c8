using Akka.Actor;

namespace DLedger.Node;

/// <summary>Elector to NodeActor: the answer to <see cref="ElectorActor.HandOver"/>, whatever became of it. Never on the wire: no <see cref="TransferResult"/> that goes astray can stand in for it.</summary>
internal sealed record HandedOver : ILocalMessage;
