using System.Globalization;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>
/// A directed run: a group under the eyes of <see cref="Safety"/>, and short words for what a scenario does to it. What a scenario is about happens
/// at a step that it names, not by luck; only the time between such steps is left to the seed.
/// </summary>
internal sealed class Scenario
{
    /// <summary>Part of every fault that a scenario causes, so that <see cref="Safety"/> tells it from a bug.</summary>
    public const string InjectedFault = Safety.InjectedFault;

    /// <summary>Another course of the same scenarios: what is not directed takes other times and orders.</summary>
    public const string SeedVariable = "DLEDGER_SCENARIO_SEED";

    private static readonly ulong s_seed =
        Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : 1;

    /// <param name="hocon">What differs from the reference settings.</param>
    /// <param name="course">Tells the runs of one test apart.</param>
    public Scenario(int members, string hocon = "", ulong course = 1)
    {
        World = new World(
            ((s_seed - 1) * 1000) + course) { ReplayHint = string.Create(
                CultureInfo.InvariantCulture, $"Replay: {SeedVariable}={s_seed} and the name of the test.") };
        Cluster = new LedgerCluster(World, members, $"append-timeout = 2s \n {hocon}");
        Workload = new Workload(Cluster);
    }

    public World World { get; }

    public LedgerCluster Cluster { get; }

    public Workload Workload { get; }

    public SimCluster Sim => Cluster.Sim;

    public SimNetwork Network => Cluster.Sim.Network;

    public IReadOnlyList<string> Ids => Cluster.Sim.Ids;

    /// <summary>Of the highest term in which somebody led so far.</summary>
    public string? Leader => Cluster.Safety.LatestLeader;

    public SimDisk Disk(string id) => Sim.Disk(id);

    /// <summary>Whether this member's whole log is on its disk.</summary>
    public bool HasFlushedAll(string id) => Disk(id).IsFlushed(LedgerCluster.Group, TailOf(id).Point);

    public Tail TailOf(string id) => Disk(id).TailOf(LedgerCluster.Group);

    public Term TermOf(string id) => Disk(id).SavedState(LedgerCluster.Group).Term;

    /// <summary>Starts all; they meet, and <paramref name="leader"/> wins the first election and commits its no-op everywhere.</summary>
    public void StartLedBy(string leader)
    {
        Sim.StartAll();
        if (Ids.Count > 1) Elect(leader);
        else Until("it is there", () => Cluster.IsStarted(leader) && TailOf(leader).Index > LogIndex.None);
        Until($"all have the no-op of {leader}", () => Ids.All(id => TailOf(id).Index > LogIndex.None && TailOf(id) == TailOf(leader)));
    }

    /// <summary>
    /// Lets only this one ask for votes until it leads. The old leader must be down or cut off: nobody helps to depose one that is heard.
    /// </summary>
    public void Elect(string id)
    {
        using var others = Network.Withhold(letter => letter.Message is PreVoteRequest && letter.From.Node != id);
        var before = Cluster.Safety.LeadersSeen;
        Until($"{id} leads", () => Cluster.Safety.LeadersSeen > before && IsLeading(id));
    }

    /// <summary>Whether it leads and takes appends: it has given its no-op to the log.</summary>
    public bool IsLeading(string id) => Leader == id && Sim.Node(id).IsUp && TailOf(id).Term == TermOf(id);

    /// <summary>Asks one member to append a body of its own; the answer comes later, or never.</summary>
    public Request Append(string to) => Ask(Workload.NextAppend(), to);

    public Request Ask(object message, string to) => Workload.Ask(message, to) ?? throw World.Failure($"{to} is not there to be asked.");

    /// <summary>Asks for what the workload has no use for. What comes back is not checked.</summary>
    public Func<object?> AskAside(object message, string to)
    {
        object? answer = null;
        Cluster.GroupOn(to).Tell(message, new AnswerRef(Sim.Node(to).System!, "aside", said => answer = said));
        return () => answer;
    }

    /// <summary>Appends so many, one after the other, each committed.</summary>
    public void Commit(string leader, int count = 1)
    {
        for (var i = 0; i < count; i++) Committed(Append(leader));
    }

    public AppendResult.Committed Committed(Request request) =>
        Answer(request) is AppendResult.Committed committed ? committed : throw World.Failure($"{request} is answered by {request.Answer}.");

    public object Answer(Request request, double seconds = 5)
    {
        Until($"{request} is answered", () => request.Answer is not null, seconds);
        return request.Answer!;
    }

    /// <summary>What a member says of itself.</summary>
    public LedgerStatus StatusOf(string id) => (LedgerStatus)Answer(Ask(new GetStatus(), id));

    /// <summary>Asks again and again until a member says so of itself.</summary>
    public LedgerStatus UntilStatus(string id, Func<LedgerStatus, bool> condition, double seconds = 10)
    {
        var deadline = World.Now + TimeSpan.FromSeconds(seconds);
        LedgerStatus status;
        do
        {
            if (World.Now > deadline) throw World.Failure($"{id} never said so of itself.");
            Let(0.02);
            Until($"{id} is there", () => Cluster.IsStarted(id));
            status = StatusOf(id);
        }
        while (!condition(status));
        return status;
    }

    public void Until(string what, Func<bool> condition, double seconds = 10)
    {
        if (!World.RunUntil(condition, World.Now + TimeSpan.FromSeconds(seconds)))
            throw World.Failure($"In {seconds} s it never came to this: {what}.");
    }

    /// <summary>Lets time pass, in which this must not come about.</summary>
    public void Never(string what, Func<bool> condition, double seconds = 5)
    {
        if (World.RunUntil(condition, World.Now + TimeSpan.FromSeconds(seconds))) throw World.Failure($"It came to this: {what}.");
    }

    public void Let(double seconds) => World.RunFor(TimeSpan.FromSeconds(seconds));

    public void Expect(bool condition, string what)
    {
        if (!condition) throw World.Failure($"It is not so: {what}.");
    }

    /// <summary>The machine of each dies, with everything that was not synced.</summary>
    public void PowerFails(params string[] ids)
    {
        foreach (var id in ids) Sim.Crash(id, CrashLoss.DropUnsynced);
    }

    public void Restart(params string[] ids)
    {
        foreach (var id in ids) Sim.Start(id);
    }

    /// <summary>Whoever is named hears nobody else and is heard by nobody else.</summary>
    public void CutOff(params string[] ids) => Network.CutHalves(ids, [.. Ids.Where(id => !ids.Contains(id))]);

    /// <summary>
    /// The end of every scenario: everything heals, a new append is committed, everybody has all that is committed, every client of a member that
    /// lives has its answer, and nothing that was acked is lost or changed.
    /// </summary>
    public void EndsWell()
    {
        Workload.Stop();
        Network.Heal();
        Network.Link = SimLink.Healthy;
        foreach (var id in Ids)
        {
            Disk(id).Stall(false);
            Disk(id).Fill(false);
            Sim.Node(id).Resume();
            Sim.Start(id);
        }

        CommitsAgain();
        Until("all have what is committed", () => Ids.All(id => TailOf(id).Index >= Cluster.Safety.Committed.Last));
        Let(3); // longer than any client waits
        foreach (var id in Ids) Cluster.Safety.Check(() => Cluster.Safety.Committed.Claim(id, Cluster.Safety.Committed.Last));
        Workload.CheckEnd();
        if (Cluster.Safety.Replicas is { } replicas) Cluster.Safety.Check(replicas.CheckEnd);
        Let(0.1); // a broken promise that a check has noted fails the next step
    }

    /// <summary>A new append is committed within this time, by whoever leads.</summary>
    public void CommitsAgain(double seconds = 10)
    {
        Request? probe = null;
        var next = World.Now;
        Until(
            "an append is committed",
            () =>
            {
                if (probe?.Answer is AppendResult.Committed) return true;
                if (World.Now < next || (probe is { Answer: null } && Sim.Node(probe.Node).Incarnation == probe.Incarnation)) return false;
                next = World.Now + TimeSpan.FromMilliseconds(20);
                probe = Workload.Ask(Workload.NextAppend());
                return false;
            },
            seconds);
    }
}
