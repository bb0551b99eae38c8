namespace DLedger.Core;

/// <summary>What a leader is doing with one peer.</summary>
public enum PeerState
{
    Compare,
    Truncate,
    Append,
    Install,
}
