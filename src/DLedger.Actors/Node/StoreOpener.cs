using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>Opens and closes a store, which may take seconds or for ever, on a thread of its own; one actor per opening or closing.</summary>
internal sealed class StoreOpener : UntypedActor
{
    public static Props Props() => Akka.Actor.Props.Create(() => new StoreOpener()).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.ReaderDispatcher);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Open open:
                var opener = Sender;
                open.Environment.StoreThreads.Run("open", () => opener.Tell(TryOpen(open), ActorRefs.NoSender));
                Context.Stop(Self);
                break;
            case Close close:
                var closer = Sender;
                close.Environment.StoreThreads.Run("close", () => closer.Tell(TryClose(close.Store), ActorRefs.NoSender));
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static object TryOpen(Open opening)
    {
        ILogStore? store = null;
        IGroupLog? log = null;
        try
        {
            var settings = opening.Environment.Settings;
            store = opening.Environment.Stores.Open(settings.Group, settings.Id);
            log = store.OpenGroup(settings.Group, opening.Events);
            Check(log, settings);
        }
        catch (Exception failure)
        {
            // Whatever it is, the node root must hear of it: it waits for this answer and nothing else.
            var closed = TryClose(store, log);
            return new OpenFailed(opening.Handover, closed.Error is null ? Causes.Line(failure) : $"{Causes.Line(failure)} (and closing failed: {closed.Error})");
        }

        var open = new OpenStore(store, log);
        if (opening.Handover.TryOffer(open)) return new Opened(opening.Handover);
        var unwanted = TryClose(open);
        return new OpenFailed(opening.Handover, unwanted.Error is null ? "it was no longer waited for" : $"it was no longer waited for, and could not be closed: {unwanted.Error}");
    }

    /// <summary>For a node root that ends, or no longer waits.</summary>
    internal static void CloseUnattended(NodeEnvironment environment, OpenStore store) => environment.StoreThreads.Run("close", () => TryClose(store));

    private static void Check(IGroupLog log, DLedgerSettings settings)
    {
        // SAFETY 1: a term is saved before any batch of it is written.
        var saved = log.HardState.Loaded.Term;
        if (saved < log.Writer.Tail.Term)
            throw new StoreException($"The hard state is of term {saved}, the log ends in term {log.Writer.Tail.Term}: the hard state was lost or replaced. Nothing was changed.");
        var largest = Math.Max(Batch.EncodedBytes(settings.MaxEntrySize, 1), Batch.HeaderBytes + (long)settings.BatchBytesMax);
        if (log.Writer.MaxBatchBytes < largest)
            throw new StoreException($"The store holds batches of at most {log.Writer.MaxBatchBytes} bytes; max-entry-size and batch-bytes-max ask for {largest}.");
    }

    private static Closed TryClose(OpenStore store) => TryClose(store.Store, store.Log) with { Store = store };

    private static Closed TryClose(ILogStore? store, IGroupLog? log)
    {
        try
        {
            try
            {
                log?.Dispose();
            }
            finally
            {
                store?.Dispose();
            }

            return new Closed(null, null);
        }
        catch (Exception failure)
        {
            return new Closed(null, Causes.Line(failure));
        }
    }

    internal sealed record Open(NodeEnvironment Environment, StoreEvents Events, StoreHandover Handover) : ILocalMessage;

    /// <summary>The store is in the handover.</summary>
    internal sealed record Opened(StoreHandover Handover) : ILocalMessage;

    internal sealed record OpenFailed(StoreHandover Handover, string Reason) : ILocalMessage;

    internal sealed record Close(NodeEnvironment Environment, OpenStore Store) : ILocalMessage;

    /// <summary><paramref name="Error"/>: what went wrong while closing; null when all was well.</summary>
    internal sealed record Closed(OpenStore? Store, string? Error) : ILocalMessage;
}
