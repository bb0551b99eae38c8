using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit;

namespace DLedger.Host.Tests;

public sealed class MemberLogTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly ActorSystem _system = ActorSystem.Create(
        "log", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF\nakka.loglevel = INFO\nakka.loggers = []"));
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public async Task InitializeAsync()
    {
        var actor = _system.ActorOf(MemberLogActor.Props(line => _lines.Writer.TryWrite(line.Text)));
        // It listens once it answers.
        await actor.Ask<ActorIdentity>(new Identify(null), Deadline);
    }

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Lines_that_differ_only_in_made_up_addresses_are_a_few_in_a_minute()
    {
        for (var i = 0; i < 5_000; i++) Warn($"Tried to associate with unreachable remote address [akka.tcp://x@10.0.0.{i % 250}:{20_000 + i}]");
        Warn("something else");
        var told = 0;
        while (await NextAsync() != "something else") told++;
        Assert.Equal(20, told);
    }

    [Fact]
    public async Task Control_characters_do_not_reach_the_log_and_lines_have_an_end()
    {
        Warn("a \u001b[31mred\u0007 \u009bline");
        Assert.Equal("a ?[31mred? ?line", await NextAsync());
        Warn(new string('x', 100_000));
        Assert.InRange((await NextAsync()).Length, 100, 1_000);
    }

    private Task<string> NextAsync() => _lines.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    private void Warn(string text) => _system.EventStream.Publish(new Warning(null, "akka", typeof(MemberLogTests), text));
}
