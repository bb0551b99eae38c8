using Akka.Actor;
using Akka.Event;

namespace DLedger.Host;

/// <summary>
/// Turns a member's log events into lines: its own all, those of Akka only when they warn, and each of those once a minute, since an unreachable peer is warned of twice a second.
/// </summary>
internal sealed class MemberLogActor : UntypedActor
{
    private const string OfMembers = "/user/dledger";
    private const int KeyChars = 120;
    private const int KeysMax = 1000;
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(1);

    private readonly Action<NodeLogLine> _log;
    private readonly Dictionary<string, TimeSpan> _said = new(StringComparer.Ordinal);

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
        return false;
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
