using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// Opens and closes stores, which may take seconds or for ever: each time on a thread of its own, and with no actor in between that would have to be
/// run first. The node root is told.
/// </summary>
internal static class StoreOpener
{
    /// <summary>Answered by <see cref="Opened"/> or <see cref="OpenFailed"/>.</summary>
    public static void Open(NodeEnvironment environment, StoreEvents events, StoreOffer offer, IActorRef node) => Run(
        environment, "open", () => TryOpen(environment, events, offer), cause => new OpenFailed(offer, cause), node);

    /// <summary>Answered by <see cref="Closed"/>.</summary>
    public static void Close(NodeEnvironment environment, OpenStore store, IActorRef node) => Run(
        environment, "close", () => TryClose(store), cause => new Closed(store, cause), node);

    private static void Run(NodeEnvironment environment, string what, Func<object> work, Func<string, object> failed, IActorRef node)
    {
        try
        {
            environment.StoreThreads.Run(what, () => node.Tell(work(), ActorRefs.NoSender));
        }
        catch (Exception noThread) when (noThread is OutOfMemoryException or ThreadStateException)
        {
            node.Tell(failed($"there is no thread for it: {noThread.Message}"), ActorRefs.NoSender);
        }
    }

    private static object TryOpen(NodeEnvironment environment, StoreEvents events, StoreOffer offer)
    {
        ILogStore? store = null;
        IGroupLog? log = null;
        try
        {
            var settings = environment.Settings;
            store = environment.Stores.Open(settings.Group, settings.Id);
            log = store.OpenGroup(settings.Group, events);
            Check(log, settings);
        }
        catch (Exception failure)
        {
            // Whatever it is, the node root must hear of it: it waits for this answer and nothing else.
            var closed = TryClose(store, log);
            return new OpenFailed(
                offer, closed.Error is null ? Causes.Line(failure) : $"{Causes.Line(failure)} (and closing failed: {closed.Error})");
        }

        var open = new OpenStore(store, log);
        if (offer.TryOffer(open)) return new Opened(offer);
        var unwanted = TryClose(open);
        return new OpenFailed(
            offer,
            unwanted.Error is null ? "it was no longer waited for" : $"it was no longer waited for, and could not be closed: {unwanted.Error}");
    }

    /// <summary>For a node root that ends, or no longer waits.</summary>
    internal static void CloseUnattended(NodeEnvironment environment, OpenStore store) =>
        environment.StoreThreads.Run("close", () => TryClose(store));

    private static void Check(IGroupLog log, DLedgerSettings settings)
    {
        // SAFETY 1: a term is saved before any batch of it is written.
        var saved = log.HardState.Loaded.Term;
        if (saved < log.Writer.Tail.Term)
            throw new StoreException(
                $"The hard state is of term {saved}, the log ends in term {log.Writer.Tail.Term}: the hard state was lost or replaced. Nothing "
                + $"was changed.");
        var largest = Math.Max(Batch.EncodedBytes(settings.MaxEntrySize, 1), Batch.HeaderBytes + (long)settings.BatchBytesMax);
        if (log.Writer.MaxBatchBytes < largest)
            throw new StoreException(
                $"The store holds batches of at most {log.Writer.MaxBatchBytes} bytes; max-entry-size and batch-bytes-max ask for {largest}.");
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

    /// <summary>The store is in the offer.</summary>
    internal sealed record Opened(StoreOffer Offer) : ILocalMessage;

    internal sealed record OpenFailed(StoreOffer Offer, string Reason) : ILocalMessage;

    /// <summary><paramref name="Error"/>: what went wrong while closing; null when all was well.</summary>
    internal sealed record Closed(OpenStore? Store, string? Error) : ILocalMessage;
}
