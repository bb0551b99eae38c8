using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Akka.Actor;

namespace DLedger.Remoting;

/// <summary>
/// Addresses of the members of all groups that were started in an ActorSystem: its transports were made for one group, and keep places for the
/// members of the others too.
/// </summary>
internal sealed class StartedMembers
{
    private static readonly ConditionalWeakTable<ActorSystem, StartedMembers> s_all = [];

    private readonly ConcurrentDictionary<string, bool> _addresses = new(StringComparer.OrdinalIgnoreCase);

    public static StartedMembers Of(ActorSystem system) => s_all.GetValue(system, static _ => new StartedMembers());

    public void Add(Member member)
    {
        _addresses[member.Address] = true;
        _addresses[MemberAddress.BulkHostPort(member)] = true;
    }

    public bool Contains(string address) => _addresses.ContainsKey(address);
}
