using Akka.Actor;

namespace DLedger.Simulation.Tests;

public sealed class WorldTests
{
    [Fact]
    public void Timers_happen_in_the_order_of_time_and_then_of_making()
    {
        var world = new World(1);
        var seen = new List<int>();
        world.After(TimeSpan.FromSeconds(2), "", () => seen.Add(3));
        world.After(TimeSpan.FromSeconds(1), "", () => seen.Add(1));
        world.After(TimeSpan.FromSeconds(1), "", () => seen.Add(2));
        world.After(TimeSpan.FromSeconds(1.5), "", () => seen.Add(9)).Cancel();
        world.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal([1, 2, 3], seen);
        Assert.Equal(TimeSpan.FromSeconds(3), world.Now);
    }

    [Fact]
    public void Timers_of_an_actor_follow_the_clock_of_its_node()
    {
        var world = new World(1);
        var fast = Start(world, "fast", 1.1);
        var slow = Start(world, "slow", 0.9);
        world.RunFor(TimeSpan.FromSeconds(100));
        Assert.InRange(fast.Count, 109, 110);
        Assert.InRange(slow.Count, 89, 90);

        static List<TimeSpan> Start(World world, string id, double rate)
        {
            var node = world.AddNode(id);
            node.ClockRate = rate;
            var ticks = new List<TimeSpan>();
            node.Start("demo").ActorOf(Ticker.Props(ticks), "ticker");
            return ticks;
        }
    }

    [Fact]
    public void A_paused_node_is_late_and_a_killed_one_never_comes()
    {
        var world = new World(1);
        var ticks = new List<TimeSpan>();
        var node = world.AddNode("n");
        node.Start("demo").ActorOf(Ticker.Props(ticks), "ticker");
        world.RunFor(TimeSpan.FromSeconds(3.5));
        node.Pause();
        world.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(3, ticks.Count);
        node.Resume();
        world.RunFor(TimeSpan.FromSeconds(0.1));
        Assert.Equal(4, ticks.Count);
        Assert.InRange(ticks[3], TimeSpan.FromSeconds(6.5), TimeSpan.FromSeconds(6.6));
        node.Kill();
        world.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(4, ticks.Count);
    }

    [Fact]
    public void Work_on_another_thread_fails_the_run()
    {
        var world = new World(1);
        var ticks = new List<TimeSpan>();
        var actor = world.AddNode("n").Start("demo").ActorOf(Ticker.Props(ticks), "ticker");
        world.RunFor(TimeSpan.FromSeconds(1));
        var thread = new Thread(() => actor.Tell("from elsewhere"));
        thread.Start();
        thread.Join();
        var error = Assert.Throws<SimulationFailedException>(() => world.RunFor(TimeSpan.FromSeconds(1)));
        Assert.Contains("off the world's thread", error.Message, StringComparison.Ordinal);
        Assert.Contains("/user/ticker", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_invariant_names_seed_and_last_steps()
    {
        var world = new World(4711) { ReplayHint = "Replay with X=4711." };
        world.After(TimeSpan.FromSeconds(1), "the last thing", () => world.AfterStep = () => throw new InvalidOperationException("two leaders"));
        var error = Assert.Throws<SimulationFailedException>(() => world.RunFor(TimeSpan.FromSeconds(2)));
        Assert.Contains("two leaders", error.Message, StringComparison.Ordinal);
        Assert.Contains("Seed 4711", error.Message, StringComparison.Ordinal);
        Assert.Contains("Replay with X=4711.", error.Message, StringComparison.Ordinal);
        Assert.Contains("the last thing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_actor_handles_one_message_a_step()
    {
        var world = new World(1);
        var ticks = new List<TimeSpan>();
        var actor = world.AddNode("n").Start("demo").ActorOf(Ticker.Props(ticks), "ticker");
        world.RunFor(TimeSpan.FromSeconds(0.5));
        for (var i = 0; i < 100; i++) actor.Tell("tick");
        var most = 0;
        var before = 0;
        world.AfterStep = () =>
        {
            most = Math.Max(most, ticks.Count - before);
            before = ticks.Count;
        };
        world.RunFor(TimeSpan.FromSeconds(0.1));
        Assert.Equal(100, ticks.Count);
        Assert.Equal(1, most);
    }
}
