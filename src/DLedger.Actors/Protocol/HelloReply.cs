using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Answer to <see cref="Hello"/>: whether <paramref name="Asked"/> is the first store id that the sender saw under the asker's name.</summary>
internal sealed record HelloReply(Origin Origin, Term Term, Guid Asked, bool Confirmed) : PeerMessage(Origin, Term);
