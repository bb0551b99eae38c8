namespace DLedger.Node;

/// <summary>
/// Elector to NodeActor: the answer to <see cref="ElectorActor.HandOver"/>, and what became of it. Never on the wire: no
/// <see cref="TransferResult"/> that goes astray can stand in for it.
/// </summary>
internal sealed record HandedOver(StopResult Outcome) : ILocalMessage;
