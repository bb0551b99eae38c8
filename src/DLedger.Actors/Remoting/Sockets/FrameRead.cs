namespace DLedger.Remoting;

/// <summary>What became of an attempt to read a frame. After anything but a message there is no next one.</summary>
internal enum FrameRead
{
    Message,

    /// <summary>The other side has ended.</summary>
    Ended,

    /// <summary>What came can be no frame.</summary>
    NoFrame,

    /// <summary>Larger than frames may be here.</summary>
    TooLarge,
}
