namespace DLedger;

/// <summary>What an acknowledgement stands for.</summary>
public enum Durability
{
    /// <summary>Written and synced on a quorum.</summary>
    Disk,

    /// <summary>In the memory of a quorum; a restart is a wipe. For tests.</summary>
    Memory,
}
