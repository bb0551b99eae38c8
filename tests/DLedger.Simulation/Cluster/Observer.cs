using Akka.Actor;
using DLedger.Node;

namespace DLedger.Simulation;

/// <summary>
/// Asks the owner of every member's log, now and then, where it stands: what a member takes for committed shows before a client happens to read it.
/// </summary>
internal sealed class Observer
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(150);

    private readonly LedgerCluster _cluster;
    private readonly WorldRandom _luck;

    public Observer(LedgerCluster cluster)
    {
        _cluster = cluster;
        _luck = cluster.World.StreamOf("observer");
    }

    public void Start()
    {
        foreach (var id in _cluster.Sim.Ids) Later(id);
    }

    private void Later(string id) => _cluster.World.After(_luck.Between(s_least, s_most), "observer", () =>
    {
        if (_cluster.IsStarted(id)) Ask(id);
        Later(id);
    });

    private void Ask(string id)
    {
        var system = _cluster.Sim.Node(id).System!;
        var incarnation = _cluster.Sim.Node(id).Incarnation;
        var answer = new AnswerRef(system, "observer", answer =>
        {
            if (answer is EntryHandlerActor.LogReport report && _cluster.Sim.Node(id).Incarnation == incarnation)
                _cluster.Safety.Stands(id, report.Committed, report.Flushed);
        });
        system.ActorSelection($"/user/dledger/{LedgerCluster.Group}/entry-handler-*").Tell(new EntryHandlerActor.AskReport(), answer);
    }
}
