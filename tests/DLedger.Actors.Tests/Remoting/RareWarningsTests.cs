using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class RareWarningsTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create(
        "warnings", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF\nakka.loglevel = WARNING\nakka.loggers = []"));
    private TimeSpan _now = TimeSpan.FromHours(1);

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task A_kind_is_told_once_a_minute_and_how_often_it_came_since()
    {
        var inbox = await Inbox.At(_system, "log");
        _system.EventStream.Subscribe(await _system.ActorSelection("/user/log").ResolveOne(Inbox.Deadline), typeof(Warning));
        var warnings = new RareWarnings(Logging.GetLogger(_system, "transport"), () => _now);
        for (var i = 0; i < 100; i++) warnings.Say("frame", $"from port {i}");
        warnings.Say("other", "else");
        _now += TimeSpan.FromMinutes(1);
        warnings.Say("frame", "again");
        Assert.Equal("from port 0", (await inbox.Next<Warning>()).Message.ToString());
        Assert.Equal("else", (await inbox.Next<Warning>()).Message.ToString());
        Assert.Equal("again; 99 more like this since the last such line", (await inbox.Next<Warning>()).Message.ToString());
    }
}
