using Akka.Remote.Transport;
using DLedger.Threading;
using Google.Protobuf;

namespace DLedger.Remoting;

/// <summary>
/// Hands Akka the messages of one connection, on the thread that read them, which then runs what they set off: up to the write to the log, or to the
/// client.
/// </summary>
/// <param name="listener">Akka's end of the connection.</param>
/// <param name="waitsForOthers">
/// When other threads run what was set off, they are given time, because what they have left to do grows without bound otherwise. Not for a member:
/// holding up its connection would hold up votes.
/// </param>
/// <param name="awaitTurn">Waits for those threads.</param>
internal sealed class MessageDelivery(IHandleEventListener listener, bool waitsForOthers, Action awaitTurn)
{
    /// <summary>Akka's two actors of a connection, which a message passes before it reaches its own.</summary>
    private const int ActorsOfAConnection = 2;

    /// <summary>Messages that other threads may have left to do before this one waits for them.</summary>
    private const int LeftToOthersMax = 256;

    private int _leftToOthers;

    /// <summary>Messages handed on since what they set off was run.</summary>
    public int InARow { get; private set; }

    public void Deliver(byte[] message)
    {
        if (InARow++ == 0) BorrowedThread.Begin();
        listener.Notify(new InboundPayload(UnsafeByteOperations.UnsafeWrap(message)));
    }

    /// <summary>Runs what the messages handed on have set off.</summary>
    public void RunReady()
    {
        var ran = BorrowedThread.RunReady();
        _leftToOthers = ran >= ActorsOfAConnection ? 0 : _leftToOthers + InARow;
        InARow = 0;
        if (_leftToOthers < LeftToOthersMax || !waitsForOthers) return;
        awaitTurn();
        _leftToOthers = 0;
    }

    /// <summary>There is nothing more to come.</summary>
    public void TellEnd()
    {
        BorrowedThread.Begin();
        listener.Notify(new Disassociated(DisassociateInfo.Unknown));
        BorrowedThread.RunReady();
    }
}
