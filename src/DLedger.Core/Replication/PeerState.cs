namespace DLedger.Core;

/// <summary>What a leader is doing with one peer.</summary>
internal enum PeerState
{
    Compare,
    Truncate,
    Append,
    Install,
}
