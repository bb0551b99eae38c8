using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>Opens and closes a store, which may take seconds, on threads that may block; one actor per opening or closing.</summary>
internal sealed class StoreOpener : UntypedActor
{
    public static Props Props() => Akka.Actor.Props.Create(() => new StoreOpener()).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.ReaderDispatcher);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Open open:
                Sender.Tell(TryOpen(open));
                Context.Stop(Self);
                break;
            case Close close:
                Sender.Tell(TryClose(close));
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static object TryOpen(Open open)
    {
        ILogStore? store = null;
        IGroupLog? log = null;
        try
        {
            var settings = open.Environment.Settings;
            store = open.Environment.Stores.Open(settings.Group, settings.Id);
            log = store.OpenGroup(settings.Group, open.Events);
            Check(log, settings);
            return new Opened(store, log);
        }
        catch (Exception failure)
        {
            // Whatever it is, the node root must hear of it: it waits for this answer and nothing else.
            var closed = TryClose(new Close(store, log));
            return new OpenFailed(closed.Error is null ? Causes.Line(failure) : $"{Causes.Line(failure)} (and closing failed: {closed.Error})");
        }
    }

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

    private static Closed TryClose(Close close)
    {
        try
        {
            try
            {
                close.Log?.Dispose();
            }
            finally
            {
                close.Store?.Dispose();
            }

            return new Closed(null);
        }
        catch (Exception failure)
        {
            return new Closed(Causes.Line(failure));
        }
    }

    internal sealed record Open(NodeEnvironment Environment, StoreEvents Events) : ILocalMessage;

    internal sealed record Opened(ILogStore Store, IGroupLog Log) : ILocalMessage;

    internal sealed record OpenFailed(string Reason) : ILocalMessage;

    internal sealed record Close(ILogStore? Store, IGroupLog? Log) : ILocalMessage;

    /// <summary><paramref name="Error"/>: what went wrong while closing; null when all was well.</summary>
    internal sealed record Closed(string? Error) : ILocalMessage;
}
