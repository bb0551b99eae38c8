using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>Opens and closes a store, which may take seconds, on threads that may block; one actor per opening or closing.</summary>
internal sealed class StoreOpener : UntypedActor
{
    public static Props Props() => Akka.Actor.Props.Create(() => new StoreOpener()).WithDispatcher(NodeEnvironment.ReaderDispatcher);

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
        try
        {
            var settings = open.Environment.Settings;
            store = open.Environment.Stores.Open(settings.Group, settings.Id);
            var log = store.OpenGroup(settings.Group, open.Events);
            var hardState = log.HardState.Loaded;
            // SAFETY 1: a term is saved before any batch of it is written.
            if (hardState.Term < log.Writer.Tail.Term)
            {
                log.Dispose();
                store.Dispose();
                return new OpenFailed($"the hard state is of term {hardState.Term}, the log ends in term {log.Writer.Tail.Term}: the hard state was lost or replaced");
            }

            return new Opened(store, log);
        }
        catch (Exception failure) when (failure is StoreException or IOException or UnauthorizedAccessException)
        {
            store?.Dispose();
            return new OpenFailed(failure.Message);
        }
    }

    private static Closed TryClose(Close close)
    {
        try
        {
            close.Log.Dispose();
            close.Store.Dispose();
            return new Closed(null);
        }
        catch (Exception failure) when (failure is StoreException or IOException)
        {
            return new Closed(failure.Message);
        }
    }

    internal sealed record Open(NodeEnvironment Environment, StoreEvents Events) : INoSerializationVerificationNeeded;

    internal sealed record Opened(ILogStore Store, IGroupLog Log) : INoSerializationVerificationNeeded;

    internal sealed record OpenFailed(string Reason) : INoSerializationVerificationNeeded;

    internal sealed record Close(ILogStore Store, IGroupLog Log) : INoSerializationVerificationNeeded;

    /// <summary><paramref name="Error"/>: what went wrong while closing; null when all was well.</summary>
    internal sealed record Closed(string? Error) : INoSerializationVerificationNeeded;
}
