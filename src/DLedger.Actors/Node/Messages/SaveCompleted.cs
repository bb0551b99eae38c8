using DLedger.Core;

namespace DLedger.Node;

/// <summary>From the hard state's store: <paramref name="Error"/> is null when it is on disk.</summary>
internal sealed record SaveCompleted(string? Error) : ILocalMessage;
