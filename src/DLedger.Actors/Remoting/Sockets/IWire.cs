namespace DLedger.Remoting;

/// <summary>
/// Carries bytes between two processes. What frames are is no concern of it, so an encrypted stream can stand here as well as a bare socket.
/// </summary>
internal interface IWire
{
    /// <summary>Waits for bytes. 0: the other side has ended. Throws when the connection is broken, or was ended here.</summary>
    int Receive(Span<byte> into);

    /// <summary>Whether so many bytes can surely be sent without waiting for the other side; they count as sent then.</summary>
    bool MaySendAtOnce(int bytes);

    /// <summary>Sends all of it, and waits if it must. Takes the list apart on the way.</summary>
    /// <param name="segments">What to send.</param>
    /// <param name="asked">Whether <see cref="MaySendAtOnce"/> was asked before.</param>
    void Send(List<ArraySegment<byte>> segments, bool asked);

    /// <summary>Ends it for both sides; whoever waits in <see cref="Receive"/> or <see cref="Send"/> comes back.</summary>
    void End();
}
