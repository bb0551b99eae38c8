using DLedger.Core;

namespace DLedger.Node;

/// <summary>Answer to <see cref="Probe"/>.</summary>
internal sealed record ProbeAnswered(long Number) : ILocalMessage;
