using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class SilenceTests
{
    private readonly Silence _silence = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2));

    [Fact]
    public void Whoever_is_never_heard_while_there_is_a_connection_is_connected_to_anew()
    {
        Assert.All(Every(1000, from: 0, to: 4000), Assert.False);
        Assert.True(_silence.Lasts(At(5000), TimeSpan.Zero));
    }

    [Fact]
    public void A_new_connection_gets_the_same_time()
    {
        Assert.Single(Every(1000, from: 0, to: 5000), reconnect => reconnect);
        Assert.All(Every(1000, from: 6000, to: 9000), Assert.False);
        Assert.True(_silence.Lasts(At(10_000), TimeSpan.Zero));
    }

    [Fact]
    public void Whoever_is_heard_is_not_silent()
    {
        var heard = At(0);
        for (var time = 0; time < 60_000; time += 1000)
        {
            if (time % 4000 == 0) heard = At(time);
            Assert.False(_silence.Lasts(At(time), heard));
        }
    }

    [Fact]
    public void A_process_that_was_held_up_itself_calls_nobody_silent()
    {
        Assert.All(Every(1000, from: 0, to: 3000), Assert.False);
        Assert.False(_silence.Lasts(At(60_000), TimeSpan.Zero));
        Assert.All(Every(1000, from: 61_000, to: 64_000), Assert.False);
        Assert.True(_silence.Lasts(At(65_000), TimeSpan.Zero));
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(milliseconds);

    private List<bool> Every(int milliseconds, int from, int to)
    {
        var said = new List<bool>();
        for (var time = from; time <= to; time += milliseconds) said.Add(_silence.Lasts(At(time), TimeSpan.Zero));
        return said;
    }
}
