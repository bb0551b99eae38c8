using Akka.Configuration;

namespace DLedger.Host;

/// <summary>A member to run.</summary>
/// <param name="System">Name of its actor system.</param>
/// <param name="Settings">Everything else.</param>
/// <param name="Extra">What the configuration file holds besides <c>dledger</c>, for the actor system.</param>
/// <param name="Log">Takes its changes of state and its troubles, a line each; called from any thread.</param>
internal sealed record NodePlan(string System, DLedgerSettings Settings, Config Extra, Action<NodeLogLine> Log)
{
    /// <summary>Makes what its entries are applied to; null for a plain log.</summary>
    public Func<ILedgerStateMachine>? StateMachine { get; init; }
}
