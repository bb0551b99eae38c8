namespace DLedger.Protocol;

/// <summary>Which actor of a member a message is for: its type says it.</summary>
internal static class PeerRoles
{
    public static PeerRole For(PeerMessage message) => message switch
    {
        Push or Compare or Truncate or Install => PeerRole.EntryHandler,
        PushAck or PushRefused or Compared or Truncated or Installed => PeerRole.Dispatcher,
        _ => PeerRole.Elector,
    };
}
