using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using DLedger.Remoting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DLedger.Hosting;

/// <summary>DLedger in an application that is built with Akka.Hosting.</summary>
public static class DLedgerHostingExtensions
{
    private static readonly TimeSpan GateTimeMax = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How the application's ActorSystem ends; what the application says of it itself holds. The host ends it, in its turn: Akka's own hook would do
    /// it at the first SIGTERM, while the web server is still answering. And a handover, the end of the roles and the closing of a store may take
    /// longer than the 5 s that Akka gives to a phase.
    /// </summary>
    private static readonly Config End = ConfigurationFactory.ParseString($"""
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseBeforeActorSystemTerminate}.timeout = 75 s
        """);

    /// <summary>
    /// Starts a member of a group with the host, and stops it with the host: a leader hands over, the store is closed. The host has started when the
    /// store is open, and fails to with a <see cref="DLedgerStartException"/> when a port or the folder is in use, for example. By default in an
    /// ActorSystem of its own, named <c>dledger</c>; <c>/user/dledger/{group}</c> of the application's ActorSystem leads there, and is
    /// <c>IRequiredActor&lt;LedgerActor&gt;</c> in the container. Adds a health check for readiness, tagged <c>ready</c>, and one for liveness,
    /// tagged <c>live</c>. <see cref="AddDLedgerClient(IServiceCollection)"/> puts its <see cref="DLedgerClient"/> into the container.
    /// </summary>
    /// <param name="builder">The application's ActorSystem.</param>
    /// <param name="configuration">
    /// A section with the keys of <c>hocon/dledger.conf</c>, or the names of the properties of <see cref="DLedgerOptions"/>; what is not there has
    /// its default.
    /// </param>
    /// <exception cref="SettingsException">A setting is wrong; the message names the key, the value and what is allowed.</exception>
    public static AkkaConfigurationBuilder WithDLedger(this AkkaConfigurationBuilder builder, IConfiguration configuration) =>
        WithDLedger(builder, configuration, _ => { });

    /// <inheritdoc cref="WithDLedger(AkkaConfigurationBuilder, IConfiguration)"/>
    /// <param name="ledger">More about how it lives.</param>
    public static AkkaConfigurationBuilder WithDLedger(
        this AkkaConfigurationBuilder builder, IConfiguration configuration, Action<DLedgerHostingBuilder> ledger)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(ledger);
        return AddMember(builder, ConfigurationKeys.ToHocon(configuration), ledger);
    }

    /// <inheritdoc cref="WithDLedger(AkkaConfigurationBuilder, IConfiguration)"/>
    /// <param name="options">Sets what differs from the defaults.</param>
    public static AkkaConfigurationBuilder WithDLedger(this AkkaConfigurationBuilder builder, Action<DLedgerOptions> options) =>
        WithDLedger(builder, options, _ => { });

    /// <inheritdoc cref="WithDLedger(AkkaConfigurationBuilder, Action{DLedgerOptions})"/>
    /// <param name="ledger">More about how it lives.</param>
    public static AkkaConfigurationBuilder WithDLedger(
        this AkkaConfigurationBuilder builder, Action<DLedgerOptions> options, Action<DLedgerHostingBuilder> ledger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(ledger);
        return AddMember(builder, Config.Empty, how => ledger(how.Configure(options)));
    }

    /// <summary>
    /// Puts the <see cref="DLedgerClient"/> of the (first) member that <c>WithDLedger</c> starts into the container, as a singleton. Akka.Hosting
    /// builds its ActorSystem when the container is there already, so <c>WithDLedger</c> cannot do it itself.
    /// </summary>
    public static IServiceCollection AddDLedgerClient(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton(provider => ClientOf(provider, null));
    }

    /// <summary>Puts the <see cref="DLedgerClient"/> of a group into the container, with the name of the group as its key.</summary>
    public static IServiceCollection AddDLedgerClient(this IServiceCollection services, string group)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(group);
        return services.AddKeyedSingleton(group, (provider, _) => ClientOf(provider, group));
    }

    /// <summary>
    /// Puts a <see cref="StateMachineClient{TCommand, TReply}"/> of the (first) member into the container, as a singleton: what <c>WithStateMachine</c>
    /// is given is executed and asked by it.
    /// </summary>
    /// <param name="serializer">The machine's; null for JSON.</param>
    public static IServiceCollection AddStateMachineClient<TCommand, TReply>(this IServiceCollection services, ILedgerSerializer? serializer = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton(provider => new StateMachineClient<TCommand, TReply>(ClientOf(provider, null), serializer));
    }

    private static AkkaConfigurationBuilder AddMember(AkkaConfigurationBuilder builder, Config given, Action<DLedgerHostingBuilder> ledger)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var how = new DLedgerHostingBuilder();
        ledger(how);
        var settings = how.Settings(given);
        var member = new LedgerSystem(settings, how);
        var setup = SetupOf(builder);
        setup.Add(member);
        if (how.IsInThisSystem) builder.AddHocon(RemotingConfig.Build(settings), HoconAddMode.Append);
        builder.AddHocon(End, HoconAddMode.Append);
        builder.WithHealthCheck(Check("ready", isReadiness: true)).WithHealthCheck(Check("live", isReadiness: false));
        return builder.StartActors(async (system, registry, resolver) =>
        {
            var actor = await StartAsync(
                system, member, resolver.GetService<IServiceProvider>(),
                resolver.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).ConfigureAwait(false);
            if (!how.IsInThisSystem) actor = await PassageAsync(system, setup, settings.Group, actor).ConfigureAwait(false);
            registry.TryRegister<LedgerActor>(actor);
        });

        AkkaHealthCheckRegistration Check(string kind, bool isReadiness) =>
            new($"dledger.{settings.Group}.{kind}", new LedgerHealthCheck(member, isReadiness), null, ["akka", "dledger", kind]);
    }

    private static async Task<IActorRef> StartAsync(ActorSystem system, LedgerSystem member, IServiceProvider services, ILoggerFactory logs)
    {
        var log = logs.CreateLogger("DLedger.Hosting");

        // Whatever else the application stops may need its ledger until then. In the application's own system the extension has a task of its own,
        // which then finds the group stopped.
        var stop = $"dledger-stop-{member.Settings.Group}";
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, stop, async () =>
        {
            await member.StopAsync(log).ConfigureAwait(false);
            return Done.Instance;
        });

        // Akka waits for its sockets: not on the thread of whoever starts the host.
        var actor = await Task.Run(() => member.Start(system, services, logs)).ConfigureAwait(false);

        // A store that cannot be opened fails the start of the host, as a port in use does.
        await member.OpenedAsync().ConfigureAwait(false);
        var settings = member.Settings;
        if (log.IsEnabled(LogLevel.Information)) log.LogInformation("Member {Member} of group {Group} has started", settings.Self, settings.Group);
        return actor;
    }

    private static async Task<IActorRef> PassageAsync(ActorSystem system, LedgerSetup setup, string group, IActorRef to)
    {
        // Who selects the actor from elsewhere, or asks it through this system, needs the serializer here too.
        DLedgerExtension.Get(system);
        var added = await setup.GateOf(system).Ask<LedgerGate.GroupAdded>(new LedgerGate.AddGroup(group, to), GateTimeMax).ConfigureAwait(false);
        return added.Passage;
    }

    private static LedgerSetup SetupOf(AkkaConfigurationBuilder builder)
    {
        if (builder.Setups.OfType<LedgerSetup>().FirstOrDefault() is { } before) return before;
        var setup = new LedgerSetup();
        builder.AddSetup(setup);
        return setup;
    }

    private static DLedgerClient ClientOf(IServiceProvider provider, string? group)
    {
        var system = provider.GetRequiredService<ActorSystem>();
        var setup = system.Settings.Setup.Get<LedgerSetup>();
        if (!setup.HasValue) throw new InvalidOperationException("There is no member here to be a client of: call WithDLedger(…) in AddAkka(…).");
        return setup.Value.Of(group).Client(system, provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);
    }
}
