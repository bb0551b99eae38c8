namespace DLedger.Node;

/// <summary>From the store: it wants the prefix that stands for the log up to its tail.</summary>
internal sealed record StoreCheckpointDue : ILocalMessage;
