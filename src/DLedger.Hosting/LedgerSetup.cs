using Akka.Actor;
using Akka.Actor.Setup;

namespace DLedger.Hosting;

/// <summary>The members of an application, in the setup of its ActorSystem: so the container finds them.</summary>
internal sealed class LedgerSetup : Setup
{
    private readonly List<LedgerSystem> _all = [];
    private IActorRef? _gate;

    public IReadOnlyList<LedgerSystem> All => _all;

    public void Add(LedgerSystem ledger)
    {
        if (_all.Exists(other => other.Settings.Group == ledger.Settings.Group))
            throw new SettingsException($"dledger.group = {ledger.Settings.Group}: there is a WithDLedger(…) for it; name another group.");
        _all.Add(ledger);
    }

    /// <summary>The application's <c>/user/dledger</c>, made at the first time.</summary>
    public IActorRef GateOf(ActorSystem application) => _gate ??= application.ActorOf(LedgerGate.Props(), LedgerGate.Name);

    /// <summary>That of a group; the first when none is named.</summary>
    public LedgerSystem Of(string? group)
    {
        if (_all.Find(ledger => group is null || ledger.Settings.Group == group) is { } found) return found;
        var groups = string.Join(", ", _all.Select(ledger => ledger.Settings.Group));
        throw new InvalidOperationException($"There is no member of group {group} here: call WithDLedger(…) for it. Groups: {groups}.");
    }
}
