using Xunit;

namespace DLedger.Core.Tests.Leader;

public sealed class LogClockTests
{
    [Fact]
    public void Safety_75_log_time_is_that_of_the_tail_at_the_beginning_and_what_has_passed_since()
    {
        var clock = new LogClock(new LogTime(500), TimeSpan.FromSeconds(10));
        Assert.Equal(new LogTime(500), clock.At(TimeSpan.FromSeconds(10)));
        Assert.Equal(new LogTime(1_500_500), clock.At(TimeSpan.FromSeconds(11.5)));
    }

    [Fact]
    public void Safety_75_log_time_never_falls_and_never_passes_its_end()
    {
        Assert.Equal(new LogTime(500), new LogClock(new LogTime(500), TimeSpan.FromSeconds(10)).At(TimeSpan.FromSeconds(9)));
        Assert.Equal(LogTime.Max, new LogClock(LogTime.Max, TimeSpan.Zero).At(TimeSpan.FromSeconds(1)));
    }
}
