using Akka.Actor;
using Akka.Event;

namespace DLedger.Host;

/// <summary>
/// Turns a member's log events into lines: its own all, those of Akka only when they warn, and each of those once a minute, since an unreachable peer
/// is warned of twice a second. Strangers can have Akka warn of addresses that they make up, so of lines that differ only in numbers a few are shown
/// in a minute. What came from outside is shown in printable characters.
/// </summary>
internal sealed class MemberLogActor : UntypedActor
{
    private const string OfMembers = "/user/dledger";
    private const string Misaddressed = "Dropping message ";
    private const string MisaddressedTo = "for non-local recipient [";
    private const int KeyChars = 120;
    private const int KeysMax = 1000;
    private const int TextCharsMax = 1000;

    /// <summary>More than a group has members.</summary>
    private const int OfAKindMax = 20;

    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(1);

    private readonly Action<NodeLogLine> _log;
    private readonly Dictionary<string, TimeSpan> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _kinds = new(StringComparer.Ordinal);
    private TimeSpan _kindsSince;

    public MemberLogActor(Action<NodeLogLine> log) => _log = log;

    public static Props Props(Action<NodeLogLine> log) => Akka.Actor.Props.Create(() => new MemberLogActor(log)).WithDeploy(Deploy.Local);

    protected override void PreStart()
    {
        var events = Context.System.EventStream;
        events.Subscribe(Self, typeof(Info));
        events.Subscribe(Self, typeof(Warning));
        events.Subscribe(Self, typeof(Error));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
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
        if (line.Cause is { } cause) text = $"{text}: {Causes.Line(cause)}";
        if (NameOfUs(text) is { } name)
        {
            // Akka's own line is an error of this member and differs with every client and message; it is a mistake of theirs.
            text =
                $"a message for {name} is dropped: that is not how this member is named, and whoever sends must write its host and port as the "
                + $"members do";
            if (!SaidLately(text)) _log(new NodeLogLine(NodeLogLevel.Warning, text));
            return;
        }

        var isOurs = line.LogSource.Contains(OfMembers, StringComparison.Ordinal);
        if (!isOurs && (line is Info || SaidLately(text))) return;
        _log(new NodeLogLine(line switch { Error => NodeLogLevel.Error, Warning => NodeLogLevel.Warning, _ => NodeLogLevel.Info }, text));
    }

    /// <summary>The name by which somebody calls this member although it has another; null for any other line.</summary>
    private static string? NameOfUs(string text)
    {
        if (!text.StartsWith(Misaddressed, StringComparison.Ordinal)) return null;
        var begin = text.IndexOf(MisaddressedTo, StringComparison.Ordinal);
        if (begin < 0) return null;
        begin += MisaddressedTo.Length;
        var end = text.IndexOfAny([']', '/'], text.IndexOf("//", begin, StringComparison.Ordinal) is >= 0 and var slashes ? slashes + 2 : begin);
        return end < 0 ? null : text[begin..end].TrimStart('[');
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
