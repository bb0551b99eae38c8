using Akka.Actor;
using Akka.Remote.Transport;

namespace DLedger.Processes.Tests;

/// <summary>
/// Drops what goes to a member that is cut off, without a word, as a network does. Akka's own throttle adds a name to the scheme of every address,
/// which members would then have to be told; this one changes no address.
/// </summary>
internal sealed class CutTransport : Transport
{
    /// <summary>What <c>connection-timeout</c> is for members.</summary>
    private static readonly TimeSpan ConnectionTimeout = TimeSpan.FromSeconds(3);

    private readonly Transport _wrapped;

    public CutTransport(Transport wrapped)
    {
        _wrapped = wrapped;
        SchemeIdentifier = wrapped.SchemeIdentifier;
        MaximumPayloadBytes = wrapped.MaximumPayloadBytes;
    }

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var (address, inner) = await _wrapped.Listen().ConfigureAwait(false);
        var outer = new TaskCompletionSource<IAssociationEventListener>();

        // Akka hands its listener over only after it has the address.
        _ = outer.Task.ContinueWith(
            listener => inner.SetResult(new Listener(listener.Result)),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        return (address, outer);
    }

    public override bool IsResponsibleFor(Address remote) => _wrapped.IsResponsibleFor(remote);

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        var peer = Cuts.MemberAt(remoteAddress.Port);
        if (!Cuts.PreventsConnection(peer)) return new CutHandle(await _wrapped.Associate(remoteAddress).ConfigureAwait(false), peer);
        var timedOut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timeout = new CancellationTokenSource(ConnectionTimeout);
        await using var registration = timeout.Token.Register(timedOut.SetResult).ConfigureAwait(false);
        await timedOut.Task.ConfigureAwait(false);
        throw new InvalidAssociationException($"connection to {remoteAddress} timed out");
    }

    public override Task<bool> Shutdown() => _wrapped.Shutdown();

    public override Task<bool> ManagementCommand(object message) => _wrapped.ManagementCommand(message);

    private sealed class Listener(IAssociationEventListener upstream) : IAssociationEventListener
    {
        // Who has connected is not known before the first message.
        public void Notify(IAssociationEvent ev) =>
            upstream.Notify(ev is InboundAssociation inbound ? new InboundAssociation(new CutHandle(inbound.Association, peer: null)) : ev);
    }
}
