using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// The members as this process last heard of them, for whoever turns non-members away, shows the others, or names an address. Whoever counts has the
/// set from the log's owner instead. Written by the node root alone. Thread-safe.
/// </summary>
internal sealed class KnownMembers
{
    private readonly DLedgerSettings _settings;
    private volatile Membership _set;

    /// <param name="settings">Their set is in force until the log says otherwise.</param>
    public KnownMembers(DLedgerSettings settings)
    {
        _settings = settings;
        _set = MemberAddresses.SetOf(settings);
    }

    public Membership Set => _set;

    /// <summary>All but this one.</summary>
    public IEnumerable<MemberLife> Others => _set.Members.Where(member => member.Id != _settings.Id);

    public void MembersAre(Membership set) => _set = set;

    public bool Contains(string id) => _set.IndexOf(id) >= 0;

    /// <summary>The address of a member, as <see cref="Member.Address"/>; null when there is no such member.</summary>
    public string? AddressOf(string? id) => id is null ? null : MemberAddresses.Find(id, _set, _settings)?.Address;
}
