using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// Where members are reached (SAFETY 47): as <c>peers</c> says in this member's settings, so that a group that is started on other ports finds
/// itself; else as the set says.
/// </summary>
internal static class MemberAddresses
{
    /// <summary>The set that the settings name; nobody's store is known yet.</summary>
    public static Membership SetOf(DLedgerSettings settings) => new(
        settings.Members.Select(LifeOf),
        addresses: settings.Members.Select(member => KeyValuePair.Create(LifeOf(member), TextOf(member))));

    /// <summary>Null: it is no member, or nobody knows where it is.</summary>
    public static Member? Find(string id, Membership set, DLedgerSettings settings)
    {
        var at = set.IndexOf(id);
        if (at < 0) return null;
        return settings.Members.FirstOrDefault(member => member.Id == id)
            ?? (set.AddressOf(set.Members[at]) is { } text ? Member.Parse($"{id}-{text}", out _) : null);
    }

    private static MemberLife LifeOf(Member member) => new(member.Id, Guid.Empty);

    /// <summary>What stands behind the id in <c>peers</c>.</summary>
    private static string TextOf(Member member) => member.ToString()[(member.Id.Length + 1)..];
}
