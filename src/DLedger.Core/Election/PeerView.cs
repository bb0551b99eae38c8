namespace DLedger.Core;

/// <summary>What the election knows of one other member.</summary>
internal sealed class PeerView(string id)
{
    public string Id { get; } = id;

    /// <summary>The first store id that it showed; null before we met (SAFETY 7).</summary>
    public Guid? Store { get; set; }

    /// <summary>The store id that it answered with last.</summary>
    public Guid? Current { get; set; }

    /// <summary>
    /// It has said that it knows every member by the very store id by which we know it (SAFETY 7). Taken back whenever what we know changes.
    /// </summary>
    public bool ConfirmedUs { get; set; }

    /// <summary>The group knows another store id under our name: our folder was wiped.</summary>
    public bool RefusesUs { get; set; }

    /// <summary>It came back with another store id: its folder was wiped.</summary>
    public bool IsWiped => Store is not null && Current is not null && Store != Current;

    /// <summary>What it said of itself last; null before it answered in this life of ours.</summary>
    public Greeting? Greeting { get; set; }

    /// <summary>When it said so.</summary>
    public TimeSpan Greeted { get; set; } = TimeSpan.MinValue;

    /// <summary>The version of the protocol that it speaks, if that is another one than ours: then it has no greeting that we could read.</summary>
    public int? OtherProtocol { get; set; }

    /// <summary>It has started anew or learned something, by its own question, and has not answered ours since.</summary>
    public bool NewsDue { get; set; }

    /// <summary>What an answer to our question must show: drawn anew whenever what we know of the members changes.</summary>
    public long Nonce { get; set; }

    /// <summary>An answer that shows one of these is late. One more for each change of what we know, and those are few.</summary>
    public HashSet<long> EarlierNonces { get; } = [];

    /// <summary>When it was asked last.</summary>
    public TimeSpan Asked { get; set; } = TimeSpan.MinValue;

    /// <summary>The nonce of the last question that came in its name, to be answered.</summary>
    public long? AskedUs { get; set; }

    /// <summary>An answer is due: as soon as what it would say is on disk.</summary>
    public bool AnswerDue { get; set; }

    /// <summary>Its last message that counted, of whatever kind; never, before there was one.</summary>
    public TimeSpan LastHeard { get; set; } = TimeSpan.MinValue;
}
