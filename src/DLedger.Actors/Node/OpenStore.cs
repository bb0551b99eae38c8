using DLedger.Core;

namespace DLedger.Node;

/// <summary>A store with the log of the group that is open in it.</summary>
internal sealed record OpenStore(ILogStore Store, IGroupLog Log);
