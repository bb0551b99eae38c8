using Akka.Actor;
using DLedger.Remoting;

namespace DLedger.Client;

/// <summary>What the client actor gets from outside.</summary>
/// <param name="Group">The group.</param>
/// <param name="Members">Addresses of the members, as <c>akka.tcp://system@host:port</c>, in the order in which the caller named them.</param>
/// <param name="Names">The members themselves, in the same order.</param>
/// <param name="Options">Checked.</param>
/// <param name="StreamId">Names this client's stream of appends.</param>
/// <param name="RequestBytesMax">The most bytes of bodies, with their lengths, that a message of this system can carry.</param>
/// <param name="Replies">Makes ids, and the addresses for answers.</param>
/// <param name="Calls">Empty; of the client actor alone.</param>
/// <param name="Resolve">From a member's address to its node root.</param>
/// <param name="Stopped">Completed when the actor is gone.</param>
internal sealed record ClientContext(
    string Group,
    IReadOnlyList<string> Members,
    IReadOnlyList<Member> Names,
    DLedgerClientOptions Options,
    Guid StreamId,
    long RequestBytesMax,
    Replies Replies,
    CallList Calls,
    Func<string, IActorRef?> Resolve,
    TaskCompletionSource Stopped)
{
    /// <summary>The addresses again, those to read from first.</summary>
    public IReadOnlyList<string> ReadOrder { get; } =
    [
        .. Options.ReadFrom.Select(id => Members[Names.Select(name => name.Id).ToList().IndexOf(id)]),
        .. Members.Where((_, i) => !Options.ReadFrom.Contains(Names[i].Id)),
    ];

    /// <summary>A hint is <c>host:port</c>; members of older versions give an Akka address.</summary>
    public string AkkaAddress(string address) =>
        address.Contains("://", StringComparison.Ordinal) ? address : MemberAddress.Process(Options.SystemName, address);
}
