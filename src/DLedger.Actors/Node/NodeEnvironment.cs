using Akka.Actor;
using DLedger.Core;
using DLedger.Protocol;
using DLedger.Threading;

namespace DLedger.Node;

/// <summary>Everything that a member gets from outside, so that a simulation can stand in for all of it.</summary>
/// <param name="Settings">Validated.</param>
/// <param name="Stores">Where the log is.</param>
/// <param name="Network">How to reach the other members.</param>
/// <param name="Random">For election timeouts; used by one actor only.</param>
internal sealed record NodeEnvironment(DLedgerSettings Settings, ILogStoreFactory Stores, IPeerNetwork Network, Random Random)
{
    public const string RoleDispatcher = "dledger.role-dispatcher";
    public const string EntryHandlerMailbox = "dledger.entry-handler-mailbox";
    public const string ReaderDispatcher = "dledger.reader-dispatcher";
    public const string StateMachineDispatcher = "dledger.state-machine-dispatcher";

    public const long EntriesPerDigestDefault = 65_536;

    /// <summary>Makes a state machine for one life of the roles; null for a plain log.</summary>
    public Func<ILedgerStateMachine>? StateMachine { get; init; }

    /// <summary>An actor that is one, in its place; a new one for each life of the roles.</summary>
    public Props? StateMachineProps { get; init; }

    /// <summary>Whether entries are applied to anything.</summary>
    public bool HasStateMachine => StateMachine is not null || StateMachineProps is not null;

    /// <summary>Members compare what their state machines' results come to after so many entries (SAFETY 56); the same for all of them.</summary>
    public long EntriesPerDigest { get; init; } = EntriesPerDigestDefault;

    /// <summary>
    /// Monotonic, and goes on while the machine sleeps: what leases are measured by (SAFETY 79). Null where there is none: then nobody holds a lease.
    /// </summary>
    public Func<TimeSpan>? LeaseClock { get; init; }

    /// <summary>Where its store is opened and closed.</summary>
    public StoreThreads StoreThreads { get; init; } = StoreThreads.Inline;

    /// <summary>For times that are shorter than a tick of Akka's scheduler; null where that one is exact.</summary>
    public IAlarms? Alarms { get; init; }

    /// <summary>How long the closing of a store is waited for; a disk that takes longer hangs.</summary>
    public TimeSpan CloseTimeMax { get; init; } = TimeSpan.FromSeconds(30);
}
