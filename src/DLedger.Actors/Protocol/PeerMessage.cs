using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>What members say to each other. Every message carries the sender's term, so that stale ones can be told.</summary>
internal abstract record PeerMessage(Origin Origin, Term Term);
