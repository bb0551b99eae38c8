namespace DLedger;

/// <summary>The state of a machine at one moment. Disposed when it is written, or not wanted any more.</summary>
public interface ILedgerStateView : IDisposable
{
    /// <summary>Writes all of it. Called at most once, on a thread that may be blocked, while the machine goes on.</summary>
    void WriteTo(Stream target);
}
