namespace DLedger.Remoting;

/// <summary>How a frame looks on the wire: a header, then a message of Akka's, then what is attached to it.</summary>
internal abstract class Framing
{
    public abstract int HeaderBytes { get; }

    /// <summary>Whether a frame may hold more than a message.</summary>
    public abstract bool CarriesAttachments { get; }

    /// <summary>How many frames of one receive are handed on before what they set off is run.</summary>
    public abstract int FramesInARow { get; }

    /// <summary>For a frame whose length is claimed and not yet there: so much is allocated at first, then a few times what has come.</summary>
    public abstract int AheadBytesMax { get; }

    public abstract void WriteHeader(Span<byte> header, int messageBytes, int attachedBytes);

    public abstract FrameHeader ReadHeader(ReadOnlySpan<byte> header);
}
