using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class SilenceTests
{
    private readonly Silence _silence = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2));

    [Fact]
    public void Whoever_is_sent_to_all_the_time_and_never_heard_is_connected_to_anew()
    {
        Assert.All(Every(500, from: 0, to: 4500), Assert.False);
        Assert.True(_silence.Sent(At(5000)));
    }

    [Fact]
    public void A_new_connection_gets_the_same_time()
    {
        Assert.Single(Every(500, from: 0, to: 5000), reconnect => reconnect);
        Assert.All(Every(500, from: 5500, to: 9500), Assert.False);
        Assert.True(_silence.Sent(At(10_000)));
    }

    [Fact]
    public void Whoever_is_heard_is_not_silent()
    {
        for (var time = 0; time < 60_000; time += 500)
        {
            if (time % 4000 == 0) _silence.Heard();
            Assert.False(_silence.Sent(At(time)));
        }
    }

    [Fact]
    public void An_idle_connection_is_left_alone()
    {
        Assert.All(Every(3000, from: 0, to: 600_000), Assert.False);
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(milliseconds);

    private List<bool> Every(int milliseconds, int from, int to)
    {
        var said = new List<bool>();
        for (var time = from; time <= to; time += milliseconds) said.Add(_silence.Sent(At(time)));
        return said;
    }
}
