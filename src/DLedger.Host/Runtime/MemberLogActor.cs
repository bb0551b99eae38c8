using Akka.Actor;
using Akka.Event;

namespace DLedger.Host;

/// <summary>
/// Turns a member's log events into lines: its own all, those of Akka only when they warn, and each of those once a minute, since an unreachable peer is warned of twice a second. Strangers
/// can have Akka warn of addresses that they make up, so of lines that differ only in numbers a few are shown in a minute. What came from outside is shown in printable characters.
/// </summary>
internal sealed class MemberLogActor : UntypedActor
{
    private const string OfMembers = "/user/dledger";
    private const int KeyChars = 120;
    private const int KeysMax = 1000;
    private const int TextCharsMax = 1000;

    /// <summary>More than a group has members.</summary>
    private const int OfAKindMax = 20;

    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(1);

    private readonly Action<NodeLogLine> _log;
    private readonly TaskCompletionSource<string> _failure;
    private readonly Dictionary<string, TimeSpan> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _kinds = new(StringComparer.Ordinal);
    private TimeSpan _kindsSince;

    public MemberLogActor(Action<NodeLogLine> log, TaskCompletionSource<string> failure)
    {
        _log = log;
        _failure = failure;
    }

    public static Props Props(Action<NodeLogLine> log, TaskCompletionSource<string> failure) => Akka.Actor.Props.Create(() => new MemberLogActor(log, failure));

    protected override void PreStart()
    {
        var events = Context.System.EventStream;
        events.Subscribe(Self, typeof(Info));
        events.Subscribe(Self, typeof(Warning));
        events.Subscribe(Self, typeof(Error));
        events.Subscribe(Self, typeof(GroupFailed));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GroupFailed failed:
                _failure.TrySetResult(failed.Reason);
                break;
            case LogEvent line:
                Say(line);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Say(LogEvent line)
    {
        var text = FirstLine(line.Message.ToString() ?? "");
        if (line.Cause is { } cause) text = $"{text}: {FirstLine(cause.Message)}";
        var isOurs = line.LogSource.Contains(OfMembers, StringComparison.Ordinal);
        if (!isOurs && (line is Info || SaidLately(text))) return;
        _log(new NodeLogLine(line switch { Error => NodeLogLevel.Error, Warning => NodeLogLevel.Warning, _ => NodeLogLevel.Info }, text));
    }

    private bool SaidLately(string text)
    {
        var now = Context.System.Scheduler.MonotonicClock;
        var key = text[..Math.Min(text.Length, KeyChars)];
        if (_said.TryGetValue(key, out var last) && now - last < RepeatAfter) return true;
        if (_said.Count >= KeysMax) _said.Clear();
        _said[key] = now;
        return IsOneOfMany(key, now);
    }

    private bool IsOneOfMany(string key, TimeSpan now)
    {
        if (now - _kindsSince >= RepeatAfter)
        {
            _kinds.Clear();
            _kindsSince = now;
        }

        // When there are too many kinds, all new ones are one.
        var kind = string.Concat(key.Where(c => !char.IsAsciiDigit(c)));
        if (!_kinds.ContainsKey(kind) && _kinds.Count >= OfAKindMax) kind = "";
        var count = _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        return count > OfAKindMax;
    }

    private static string FirstLine(string text)
    {
        var line = text.Split('\n', 2)[0].TrimEnd();
        if (line.Length > TextCharsMax) line = line[..TextCharsMax];
        return line.Any(char.IsControl) ? string.Concat(line.Select(c => char.IsControl(c) ? '?' : c)) : line;
    }
}
