using Akka.Actor;
using Akka.Event;

namespace DLedger.Host;

/// <summary>
/// Turns a member's log events into lines: its own all, those of Akka only when they warn, and each of those once a minute, since an unreachable peer is warned of twice a second.
/// </summary>
internal sealed class MemberLogActor : UntypedActor
{
    private const string OfMembers = "/user/dledger";
    private const string Misaddressed = "Dropping message ";
    private const string MisaddressedTo = "for non-local recipient [";
    private const int KeyChars = 120;
    private const int KeysMax = 1000;
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(1);

    private readonly Action<NodeLogLine> _log;
    private readonly TaskCompletionSource<string> _failure;
    private readonly Dictionary<string, TimeSpan> _said = new(StringComparer.Ordinal);

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
        if (NameOfUs(text) is { } name)
        {
            // Akka's own line is an error of this member and differs with every client and message; it is a mistake of theirs.
            text = $"a message for {name} is dropped: that is not how this member is named, and whoever sends must write its host and port as the members do";
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
        return false;
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
