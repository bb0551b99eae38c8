namespace DLedger.Remoting;

/// <summary>What a message of Akka's protocol is, as far as a transport has to know.</summary>
internal enum PduKind
{
    /// <summary>Says who the other side is.</summary>
    Associate,

    /// <summary>A heartbeat, or the end.</summary>
    Control,

    /// <summary>For an actor.</summary>
    Message,

    /// <summary>For an actor: a client's request, which gets one answer.</summary>
    Request,

    /// <summary>For an actor: the answer to a request.</summary>
    Answer,
}
