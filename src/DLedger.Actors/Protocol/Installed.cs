using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Answer to <see cref="Install"/>, after its flush.</summary>
internal sealed record Installed(Origin Origin, Term Term, long Round, Tail Base) : PeerMessage(Origin, Term);
