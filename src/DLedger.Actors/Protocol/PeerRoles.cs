namespace DLedger.Protocol;

/// <summary>Which actor of a member a message is for, and by which transport it goes: its type says it.</summary>
internal static class PeerRoles
{
    public static PeerRole For(PeerMessage message) => message switch
    {
        Push or Compare or Truncate or Install => PeerRole.EntryHandler,
        PushAck or PushRefused or Compared or Truncated or Installed => PeerRole.Dispatcher,
        ReadIndexRequest or ReadIndexReply => PeerRole.QuorumAckChecker,
        DigestIs or DigestAnswer => PeerRole.StateMachine,
        _ => PeerRole.Elector,
    };

    /// <summary>Whether it goes over the bulk transport: what is for the log, and what answers it, never stands before a vote.</summary>
    public static bool IsBulk(PeerMessage message) => For(message) is not (PeerRole.Elector or PeerRole.QuorumAckChecker);
}
