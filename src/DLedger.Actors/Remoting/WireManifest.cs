namespace DLedger.Remoting;

/// <summary>
/// The name of each message on the wire, with the version of its layout. A layout never changes under its name: a new one gets the next number, and
/// the old one stays readable. Never reuse a name. Requests of clients have one small letter, and answers to them two: the transport counts both (<see cref="Pdu"/>).
/// </summary>
internal static class WireManifest
{
    public const string Append = "a2";
    public const string AppendMany = "m2";
    public const string AppendCommitted = "ac2";
    public const string AppendRejected = "ar2";
    public const string AppendUnknown = "au2";
    public const string Read = "r2";
    public const string ReadEntries = "re2";
    public const string ReadOutOfRange = "ro2";
    public const string ReadRejected = "rr2";
    public const string ReadFailed = "rf2";
    public const string GetStatus = "s2";
    public const string LedgerStatus = "st2";
    public const string TransferLeadership = "t2";
    public const string TransferDone = "td2";
    public const string TransferFailed = "tf2";
    public const string TransferRejected = "tr2";
    public const string GetCommitPosition = "g1";
    public const string CommitPosition = "gp1";
    public const string CommitPositionRejected = "gr1";
    public const string CommitPositionFailed = "gf1";

    public const string Push = "P1";
    /// <summary>With its batches attached (<see cref="Attachment"/>).</summary>
    public const string PushAttached = "P2";
    public const string PushAck = "PA1";
    public const string PushRefused = "PR1";
    public const string Heartbeat = "H1";
    public const string HeartbeatReply = "HR1";
    public const string Compare = "C1";
    public const string Compared = "CR1";
    public const string Truncate = "T1";
    public const string Truncated = "TR1";
    public const string Install = "I1";
    public const string Installed = "IR1";
    public const string PreVoteRequest = "W1";
    public const string PreVoteReply = "WR1";
    public const string VoteRequest = "V1";
    public const string VoteReply = "VR1";
    public const string TimeoutNow = "N1";

    // O1 and OR1 had neither a nonce nor a list of members: what they say counts for nothing any more, so they are not read.
    public const string Hello = "O2";
    public const string HelloReply = "OR2";

    public const string Ping = "LP1";
    public const string Pong = "LR1";
}
