using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>What the clients of a run have been told so far, counted.</summary>
internal sealed class WorkloadTally
{
    private readonly Lock _gate = new();
    private readonly List<(long Count, TaskCompletionSource Reached)> _waiting = [];
    private readonly SortedDictionary<RejectReason, long> _refused = [];
    private long _acked;

    public void Acked()
    {
        lock (_gate)
        {
            _acked++;
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Count > _acked) continue;
                _waiting[i].Reached.SetResult();
                _waiting.RemoveAt(i);
            }
        }
    }

    public void Refused(RejectReason reason)
    {
        lock (_gate) _refused[reason] = _refused.GetValueOrDefault(reason) + 1;
    }

    /// <summary>Completes when so many more appends are ok.</summary>
    public Task MoreAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _waiting.Add((_acked + count, reached));
        return reached.Task;
    }

    /// <summary>Appends that were refused, by reason.</summary>
    public string ShowRefusals()
    {
        lock (_gate) return string.Join(", ", _refused.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value} {reason.Key}")));
    }
}
