using DLedger.Core;

namespace DLedger.Simulation;

// Bits that flip in what was flushed long ago: as the real store does, the member is told when it reads or opens, and nothing is changed.
internal sealed partial class SimDisk
{
    private (string Group, LogIndex Index, string Reason)? _damage;

    /// <summary>
    /// A batch can no longer be read: the read that meets it stops the group, and so does the next opening. Until the folder is replaced
    /// (<see cref="Wipe"/>) or mended.
    /// </summary>
    public void Damage(string group, LogIndex index, string reason) => _damage = (group, index, reason);

    /// <summary>The folder is as it was before the damage: a copy that was put back.</summary>
    public void Mend() => _damage = null;

    internal void MeetDamageAtOpening(string group)
    {
        if (_damage is { } damage && damage.Group == group) throw new StoreDamagedException("wal", 0, damage.Reason);
    }

    internal void MeetDamageAtRead(string group, LogIndex index)
    {
        if (_damage is not { } damage || damage.Group != group || damage.Index != index) return;
        // SAFETY 26: never sent, and the group stops.
        _failure ??= damage.Reason;
        Report("damaged", listener => listener.Failed(damage.Reason));
        throw new StoreDamagedException("wal", 0, damage.Reason);
    }
}
