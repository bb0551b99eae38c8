using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// Saves the hard state on a thread of its own, so that a vote never waits behind the data of the log (SAFETY 1). One save at a time; the first
/// failure is final.
/// </summary>
internal sealed class HardStateStore : IHardStateStore, IDisposable
{
    private readonly object _gate = new();
    private readonly SlotFile _slots;
    private readonly StoreReporter _reporter;
    private readonly StallWatch _stalls;
    private readonly Thread _thread;
    private (byte[] Payload, Action<string?> Done)? _waiting;
    private bool _saving;
    private bool _stopping;

    /// <param name="slots">Opened and rewritten; owned from here on.</param>
    public HardStateStore(SlotFile slots, HardState loaded, StoreReporter reporter, StallWatch stalls)
    {
        _slots = slots;
        Loaded = loaded;
        _reporter = reporter;
        _stalls = stalls;
        _thread = new Thread(Run) { Name = "dledger-hard-state", IsBackground = true };
        _thread.Start();
    }

    public HardState Loaded { get; }

    /// <summary>Why the file is no longer where it was opened; null while it is.</summary>
    public string? Displacement => _slots.Displacement;

    public void Save(HardState state, Action<string?> done)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(done);
        var payload = HardStateRecord.Encode(state);
        Invariant.Holds(
            payload.Length <= SlotFile.PayloadBytesMax(HardStateRecord.SlotBytes),
            $"A hard state with {state.Peers.Count} peers of {payload.Length} bytes does not fit its slot.");
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            Invariant.Holds(!_saving, "One save of the hard state at a time.");
            _saving = true;
            _waiting = (payload, done);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Awaits the save that is running.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _slots.Dispose();
        _stalls.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            (byte[] Payload, Action<string?> Done) save;
            lock (_gate)
            {
                while (_waiting is null && !_stopping) Monitor.Wait(_gate);
                if (_waiting is null) return;
                save = _waiting.Value;
                _waiting = null;
            }

            var failure = _reporter.Failure ?? Try(() => _slots.Save(save.Payload));
            lock (_gate) _saving = false;
            Tell(save.Done, failure);
            // Nothing was said on the strength of the copy, so it need not be waited for; but it comes before the next save.
            if (failure is null) Try(_slots.Copy);
        }
    }

    private void Tell(Action<string?> done, string? failure)
    {
        try
        {
            done(failure);
        }
        catch (Exception error)
        {
            _reporter.Failed($"The owner of the hard state could not be told: {error.Message}");
        }
    }

    private string? Try(Action io)
    {
        _stalls.Begin();
        try
        {
            io();
            return null;
        }
        catch (Exception error)
        {
            // Whatever it is: nothing was saved, the group stops with the reason, and the process goes on.
            var reason = $"Saving the hard state failed: {error.Message}";
            _reporter.Failed(reason);
            return reason;
        }
        finally
        {
            _stalls.End();
        }
    }
}
