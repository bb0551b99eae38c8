using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Whether the leader's log answers, by itself.</summary>
public sealed class LogProbeTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ElectionTurn _turn = new(TimeSpan.FromHours(1));
    private readonly LogProbe _probe;

    public LogProbeTests()
    {
        _probe = new LogProbe(_turn, Interval);
        _probe.Begin();
    }

    [Fact]
    public void The_first_is_sent_an_interval_after_leadership_began()
    {
        Pass(99);
        Assert.Null(Sent());
        Pass(1);
        Assert.NotNull(Sent());
    }

    [Fact]
    public void One_at_a_time()
    {
        Pass(100);
        var first = Sent();
        Pass(1_000);
        Assert.Null(Sent());
        _probe.Answered(first!.Value);
        Assert.Equal(first + 1, Sent());
    }

    [Fact]
    public void Not_more_than_one_an_interval_however_fast_it_is_answered()
    {
        Pass(100);
        _probe.Answered(Sent()!.Value);
        Pass(99);
        Assert.Null(Sent());
        Pass(1);
        Assert.NotNull(Sent());
    }

    [Fact]
    public void Silence_is_counted_from_the_last_answer()
    {
        Pass(150);
        Assert.Equal(TimeSpan.FromMilliseconds(150), _probe.Silence);
        _probe.Answered(Sent()!.Value);
        Assert.Equal(TimeSpan.Zero, _probe.Silence);
        Pass(70);
        Assert.Equal(TimeSpan.FromMilliseconds(70), _probe.Silence);
    }

    [Fact]
    public void Safety_29_the_answer_to_a_probe_of_an_earlier_leadership_says_nothing()
    {
        Pass(100);
        var old = Sent()!.Value;
        _probe.Begin();
        Pass(100);
        _probe.Answered(old);
        Assert.Equal(TimeSpan.FromMilliseconds(100), _probe.Silence);
        Assert.NotNull(Sent());
    }

    [Fact]
    public void A_pause_is_no_silence_but_an_answer_behind_it_is_not_of_the_future()
    {
        Pass(50);
        Pass(5_000);
        _probe.ForgivePause(TimeSpan.FromMilliseconds(5_000));
        Assert.Equal(TimeSpan.FromMilliseconds(50), _probe.Silence);
        _probe.Answered(Sent()!.Value);
        _probe.ForgivePause(TimeSpan.FromMilliseconds(5_000));
        Assert.Equal(TimeSpan.Zero, _probe.Silence);
    }

    private void Pass(int milliseconds) => _turn.Now += TimeSpan.FromMilliseconds(milliseconds);

    private long? Sent()
    {
        _probe.SendIfDue();
        return _turn.TakeEffects() is [ElectionEffect.Probe probe] ? probe.Number : null;
    }
}
