using Akka.Actor;
using DLedger.Core;
using DLedger.Storage.Faster;

namespace DLedger;

/// <summary>Starts members whose store is chosen by their settings.</summary>
public static class DLedgerExtensionStarts
{
    /// <summary>
    /// Starts this process's member of a group, at <c>/user/dledger/{group}</c>, with its log in the folder that its settings name, or in memory with
    /// <see cref="Durability.Memory"/>. It opens its store and takes part from then on; <see cref="GetStatus"/> tells how far it is.
    /// </summary>
    /// <param name="ledger">The ActorSystem's: <see cref="DLedgerExtension.Get"/>.</param>
    /// <param name="settings">The member. Its host and ports must be those of this ActorSystem, unless it is alone in its group.</param>
    /// <returns>The group's actor, for messages. It is the same whenever the group is started again in this ActorSystem.</returns>
    /// <exception cref="SettingsException">This system's transports do not fit the settings.</exception>
    /// <exception cref="DLedgerStartException">This process may have too few files open for a member.</exception>
    /// <exception cref="InvalidOperationException">The group runs here already.</exception>
    public static IActorRef Start(this DLedgerExtension ledger, DLedgerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(settings);
        return ledger.Start(settings, StoresOf(settings));
    }

    /// <summary>Starts this process's member of a group, whose entries are applied to a state machine.</summary>
    /// <inheritdoc cref="Start(DLedgerExtension, DLedgerSettings)"/>
    /// <param name="ledger">The ActorSystem's: <see cref="DLedgerExtension.Get"/>.</param>
    /// <param name="settings">The member.</param>
    /// <param name="stateMachine">
    /// Makes the state machine that its entries are applied to; called at each start of the member, also when it starts again by itself after a
    /// failure. All members of a group have the same.
    /// </param>
    public static IActorRef Start(this DLedgerExtension ledger, DLedgerSettings settings, Func<ILedgerStateMachine> stateMachine)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(stateMachine);
        return ledger.Start(settings, StoresOf(settings), stateMachine);
    }

    /// <summary>Starts this process's member of a group, whose entries are applied by an actor.</summary>
    /// <inheritdoc cref="Start(DLedgerExtension, DLedgerSettings)"/>
    /// <param name="ledger">The ActorSystem's: <see cref="DLedgerExtension.Get"/>.</param>
    /// <param name="settings">The member.</param>
    /// <param name="stateMachine">
    /// Takes <see cref="ApplyEntries"/>, <see cref="AskState"/> and <see cref="LedgerLeadership"/>; made anew at each start of the member, also when
    /// it starts again by itself after a failure. All members of a group have the same.
    /// </param>
    public static IActorRef Start(this DLedgerExtension ledger, DLedgerSettings settings, Props stateMachine)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(stateMachine);
        return ledger.Start(settings, StoresOf(settings), machineActor: stateMachine);
    }

    /// <summary>Where a member's log is, by the durability of its settings.</summary>
    internal static ILogStoreFactory StoresOf(DLedgerSettings settings)
    {
        if (settings.Durability == Durability.Disk) return new FasterLedgerFactory(settings.Store);
        var largestBatch = Batch.HeaderBytes + Batch.EntryOverheadBytes + settings.Store.MaxBodyBytes;
        return new MemoryLogStoreFactory(Guid.NewGuid, batchBytesMax: Math.Max(largestBatch, MemoryLogStoreFactory.DefaultBatchBytesMax));
    }
}
