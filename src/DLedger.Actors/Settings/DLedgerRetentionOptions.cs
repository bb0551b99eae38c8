using static DLedger.SettingsText;

namespace DLedger;

/// <summary>What an application gives of how much of the log is kept; what is null is as in <c>hocon/dledger.conf</c>.</summary>
public sealed class DLedgerRetentionOptions
{
    /// <summary>Old segments go when the log is larger than this, in bytes; 0 keeps everything.</summary>
    public long? Bytes { get; set; }

    /// <summary>Old segments go when they are older than this; zero keeps everything.</summary>
    public TimeSpan? Age { get; set; }

    internal void WriteTo(HoconSection section)
    {
        section.Set("retention.bytes", OfBytes(Bytes));
        section.Set("retention.age", Of(Age));
    }
}
