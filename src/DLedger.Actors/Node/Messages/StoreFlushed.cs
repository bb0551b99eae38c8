using DLedger.Core;

namespace DLedger.Node;

/// <summary>From the store: everything below is on disk.</summary>
internal sealed record StoreFlushed(WalAddress FlushedTo) : IControl, ILocalMessage;
