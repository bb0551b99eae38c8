using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DLedger.Hosting;

/// <summary>How a member lives in an application, beyond its settings.</summary>
public sealed class DLedgerHostingBuilder
{
    private readonly List<Action<DLedgerOptions>> _changes = [];

    internal DLedgerHostingBuilder()
    {
    }

    internal bool IsInThisSystem { get; private set; }

    internal string SystemName { get; private set; } = DLedgerSystem.DefaultName;

    /// <summary>Null for a plain log.</summary>
    internal Func<IServiceProvider, ILedgerStateMachine>? StateMachine { get; private set; }

    /// <summary>Null unless an actor is one.</summary>
    internal Func<IServiceProvider, Props>? StateMachineProps { get; private set; }

    internal Config Hocon { get; private set; } = Config.Empty;

    /// <summary>Settings that hold over those of the configuration.</summary>
    public DLedgerHostingBuilder Configure(Action<DLedgerOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _changes.Add(options);
        return this;
    }

    /// <summary>
    /// The member lives in the application's own ActorSystem, and shares its remoting. Without this the ledger has an ActorSystem of its own, and the
    /// application's keeps its remoting settings, its serializers and its life. All members of a group do the same, under the same name of the
    /// ActorSystem.
    /// </summary>
    public DLedgerHostingBuilder InThisSystem()
    {
        IsInThisSystem = true;
        return this;
    }

    /// <summary>The name of the ledger's own ActorSystem, <c>dledger</c> unless given; the same on all members.</summary>
    public DLedgerHostingBuilder WithSystemName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        SystemName = name;
        return this;
    }

    /// <summary>Configuration for the ledger's own ActorSystem, over everything that the ledger gives it.</summary>
    public DLedgerHostingBuilder WithHocon(Config hocon)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        Hocon = hocon.WithFallback(Hocon);
        return this;
    }

    /// <summary>
    /// The entries are applied to a state machine: a new one at each start, made by the container, which gives it what its constructor asks for. All
    /// members of a group have the same.
    /// </summary>
    public DLedgerHostingBuilder WithStateMachine<TMachine>()
        where TMachine : class, ILedgerStateMachine =>
        WithStateMachine(services => ActivatorUtilities.CreateInstance<TMachine>(services));

    /// <inheritdoc cref="WithStateMachine{TMachine}"/>
    /// <param name="machine">Makes one; called at each start of the member, also when it starts again by itself after a failure.</param>
    public DLedgerHostingBuilder WithStateMachine(Func<IServiceProvider, ILedgerStateMachine> machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        StateMachine = machine;
        return this;
    }

    /// <summary>
    /// The entries are applied by an actor, which takes <see cref="ApplyEntries"/>, <see cref="AskState"/> and <see cref="LedgerLeadership"/>: a
    /// child of the member, in the ledger's ActorSystem, and a new one at each start.
    /// </summary>
    public DLedgerHostingBuilder WithStateMachineActor(Func<IServiceProvider, Props> props)
    {
        ArgumentNullException.ThrowIfNull(props);
        StateMachineProps = props;
        return this;
    }

    internal DLedgerSettings Settings(Config given)
    {
        var options = new DLedgerOptions();
        foreach (var change in _changes) change(options);
        return DLedgerSettings.FromConfig(options.ToConfig().WithFallback(given));
    }
}
