using Akka.Event;

namespace DLedger.Remoting;

/// <summary>
/// Warnings that anybody can cause from outside: each kind is logged once a minute, with how often it came since. A kind is named in the code, never
/// by what came in, so strangers cannot make more of them.
/// </summary>
internal sealed class RareWarnings(ILoggingAdapter log, Func<TimeSpan> now)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (TimeSpan Last, long Since)> _kinds = new(StringComparer.Ordinal);

    /// <param name="kind">A name in the code.</param>
    /// <param name="text">What happened now, in printable characters.</param>
    public void Say(string kind, string text)
    {
        long before;
        lock (_gate)
        {
            var at = now();
            if (_kinds.TryGetValue(kind, out var said) && at - said.Last < Every)
            {
                _kinds[kind] = (said.Last, said.Since + 1);
                return;
            }

            before = said.Since;
            _kinds[kind] = (at, 0);
        }

        if (before == 0) log.Warning("{0}", text);
        else log.Warning("{0}; {1} more like this since the last such line", text, before);
    }
}
