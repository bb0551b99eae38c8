namespace DLedger.Compare;

/// <summary>
/// A replicated log with a leader, ready to be appended to. All contenders are driven through this, by the same loop. There is no end to it but that
/// of its process.
/// </summary>
internal interface IContender
{
    /// <summary>Completes when the entry is acknowledged; throws when it is not.</summary>
    /// <param name="body">Not changed by anybody before the end of the run.</param>
    ValueTask AppendAsync(ReadOnlyMemory<byte> body);
}
