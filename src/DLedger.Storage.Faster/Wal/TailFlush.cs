using System.Reflection;
using DLedger.Core;
using FASTER.core;

namespace DLedger.Storage.Faster;

/// <summary>
/// Has FASTER hand everything up to its tail to the device. Its commit does that too, and then keeps books of it on the thread pool, at each flush,
/// for metadata that nobody reads here. Without a commit the same step is not public, so this reaches for it (docs/adr/0018).
/// </summary>
internal sealed class TailFlush
{
    private const BindingFlags OfInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly LightEpoch _epoch;
    private readonly ShiftReadOnlyToTail _shift;

    /// <exception cref="StoreException">This FASTER is built differently.</exception>
    public TailFlush(FasterLog log)
    {
        _epoch = FieldOf(log, "epoch") as LightEpoch ?? throw Different("epoch");
        var allocator = FieldOf(log, "allocator") ?? throw Different("allocator");
        var shift = allocator.GetType()
            .GetMethod(nameof(ShiftReadOnlyToTail), OfInstance, [typeof(long).MakeByRefType(), typeof(SemaphoreSlim).MakeByRefType()]);
        _shift = (shift ?? throw Different(nameof(ShiftReadOnlyToTail))).CreateDelegate<ShiftReadOnlyToTail>(allocator);
    }

    private delegate bool ShiftReadOnlyToTail(out long tail, out SemaphoreSlim? flushed);

    /// <summary>
    /// What the device gets to write it gets on this thread, or on one that is just enqueuing. Nothing, when all of it is flushed or on its way.
    /// </summary>
    public void Run()
    {
        try
        {
            _epoch.Resume();
            _shift(out _, out _);
        }
        finally
        {
            _epoch.Suspend();
        }
    }

    private static object? FieldOf(FasterLog log, string name) => typeof(FasterLog).GetField(name, OfInstance)?.GetValue(log);

    private static StoreException Different(string member) =>
        new(
            $"Microsoft.FASTER.Core {typeof(FasterLog).Assembly.GetName().Version} has no {member} where version 2.6.5 has it: this store needs "
            + $"that version.");
}
