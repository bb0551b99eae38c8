namespace DLedger.Core;

/// <summary>What the election knows of one other member.</summary>
internal sealed class PeerView(string id)
{
    public string Id { get; } = id;

    /// <summary>The first store id that it showed; null before we met (SAFETY 7).</summary>
    public Guid? Store { get; set; }

    public bool ConfirmedUs { get; set; }

    /// <summary>It has seen another store id under our name first: our folder was wiped.</summary>
    public bool RefusesUs { get; set; }

    /// <summary>It came back with another store id: its folder was wiped.</summary>
    public bool IsWiped { get; set; }

    public TimeSpan LastHeard { get; set; } = TimeSpan.MinValue;

    /// <summary>As leader: the last heartbeat reply of this term, and the last answer on the bulk transport (SAFETY 29).</summary>
    public TimeSpan LastReply { get; set; }

    public TimeSpan LastBulk { get; set; }

    public long LastRound { get; set; }

    public bool Healthy { get; set; } = true;

    /// <summary>Since when it has answered every heartbeat in time, healthy.</summary>
    public TimeSpan SteadySince { get; set; }
}
