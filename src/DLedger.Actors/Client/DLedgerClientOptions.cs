namespace DLedger;

/// <summary>How a <see cref="DLedgerClient"/> behaves. The defaults suit most.</summary>
public sealed record DLedgerClientOptions
{
    /// <summary>
    /// The longest that a call may take, counted for an append from when it has room (<see cref="OutstandingMax"/>). A member itself answers an append after <c>append-timeout</c> (5 s) at the latest.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Requests under way to the leader at once; beyond two only full ones (<see cref="PackBytes"/>). More let the members write more at a time; what is under way when a leader is lost may end
    /// <see cref="AppendResult.Unknown"/>.
    /// </summary>
    public int Window { get; init; } = 32;

    /// <summary>Concurrent appends travel together up to this size, in bytes with 4 bytes of length each; not above the group's <c>batch-bytes-max</c>.</summary>
    public int PackBytes { get; init; } = 64 << 10;

    /// <summary>Entries that may wait or be under way; more wait outside, in order.</summary>
    public int OutstandingMax { get; init; } = 16384;

    /// <summary>The same in bytes. One entry always has room.</summary>
    public long OutstandingBytesMax { get; init; } = 64L << 20;

    /// <summary>
    /// Reads, transfers and questions for status or the commit position that may wait for their answers. One more is refused at once: <see cref="RejectReason.Busy"/>, or for a question for status
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    public int OutstandingCallsMax { get; init; } = 16384;

    /// <summary>How often <see cref="DLedgerClient.TailAsync"/> looks for new entries once it has them all.</summary>
    public TimeSpan TailInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The name of the members' ActorSystems.</summary>
    public string SystemName { get; init; } = DLedgerSystem.DefaultName;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PackBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutstandingMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutstandingBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutstandingCallsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TailInterval, TimeSpan.Zero);
        ArgumentException.ThrowIfNullOrEmpty(SystemName);
    }
}
