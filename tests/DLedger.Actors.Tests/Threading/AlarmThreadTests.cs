using System.Threading.Channels;
using Akka.Actor;
using DLedger.Threading;
using Xunit;

namespace DLedger.Actors.Tests.Threading;

public sealed class AlarmThreadTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>Its scheduler looks at its timers once an hour.</summary>
    private readonly ActorSystem _system = ActorSystem.Create("alarms", "akka.scheduler.tick-duration = 1h");
    private readonly AlarmThread _alarms;

    public AlarmThreadTests() => _alarms = new AlarmThread(_system.Scheduler, _system.Log);

    public void Dispose()
    {
        _alarms.Dispose();
        _system.Dispose();
    }

    [Fact]
    public async Task An_alarm_does_not_wait_for_a_tick_of_the_scheduler()
    {
        var (told, actor) = Listener();

        _alarms.TellAfter(TimeSpan.FromMilliseconds(5), actor, "now");

        Assert.Equal("now", await Next(told));
    }

    [Fact]
    public async Task Alarms_come_in_the_order_of_their_times_whatever_the_order_in_which_they_were_set()
    {
        var (told, actor) = Listener();

        _alarms.TellAfter(TimeSpan.FromMilliseconds(400), actor, "third");
        _alarms.TellAfter(TimeSpan.FromMilliseconds(200), actor, "second");
        _alarms.TellAfter(TimeSpan.Zero, actor, "first");

        Assert.Equal(["first", "second", "third"], [await Next(told), await Next(told), await Next(told)]);
    }

    [Fact]
    public async Task After_a_pause_without_alarms_the_next_one_is_told_too()
    {
        var (told, actor) = Listener();

        for (var i = 0; i < 3; i++)
        {
            _alarms.TellAfter(TimeSpan.FromMilliseconds(1), actor, i);
            Assert.Equal(i, await Next(told));
        }
    }

    [Fact]
    public async Task What_was_not_told_before_the_end_never_is()
    {
        var (told, actor) = Listener();
        _alarms.TellAfter(TimeSpan.FromMilliseconds(100), actor, "too late");

        _alarms.Dispose();
        _alarms.TellAfter(TimeSpan.Zero, actor, "later still");

        // Another thread tells what is due after both of them: nothing came before it.
        using var others = new AlarmThread(_system.Scheduler, _system.Log);
        others.TellAfter(TimeSpan.FromMilliseconds(200), actor, "of another");
        Assert.Equal("of another", await Next(told));
    }

    private static async Task<object> Next(ChannelReader<object> told) => await told.ReadAsync().AsTask().WaitAsync(Deadline);

    private (ChannelReader<object> Told, IActorRef Actor) Listener()
    {
        var channel = Channel.CreateUnbounded<object>();
        return (channel.Reader, _system.ActorOf(Props.Create(() => new Recorder(channel.Writer))));
    }

    private sealed class Recorder(ChannelWriter<object> told) : UntypedActor
    {
        protected override void OnReceive(object message) => told.TryWrite(message);
    }
}
