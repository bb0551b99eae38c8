using DLedger.Core;

namespace DLedger.Node;

/// <summary>Time passes.</summary>
internal sealed record Tick() : ILocalMessage;
