using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace DLedger.Simulation;

/// <summary>Makes actor systems that belong to a node of a world.</summary>
internal static class WorldSystem
{
    /// <summary>
    /// The node whose actor system is being made on this thread: Akka makes the scheduler by reflection and hands it nothing of ours.
    /// </summary>
    [ThreadStatic]
    private static SimNode? t_starting;

    private static readonly Config s_config = ConfigurationFactory.ParseString(Hocon());

    internal static SimNode Starting =>
        t_starting ?? throw new InvalidOperationException("A world's scheduler outside of SimNode.Start.");

    internal static ActorSystem Create(SimNode node, string name, string hocon)
    {
        t_starting = node;
        try
        {
            var config = hocon.Length == 0 ? s_config : s_config.WithFallback(ConfigurationFactory.ParseString(hocon));
            var system = ActorSystem.Create(name, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)));
            system.EventStream.Subscribe(new LogRef(node, (ExtendedActorSystem)system), typeof(LogEvent));
            return system;
        }
        finally
        {
            t_starting = null;
        }
    }

    private static string Hocon()
    {
        var dispatcher = $"type = \"{NameOf<WorldDispatcherConfigurator>()}\"";
        var mailbox = $"mailbox-type = \"{NameOf<WorldMailbox>()}\"";
        return $$"""
            akka {
              loglevel = INFO
              stdout-loglevel = OFF
              loggers = []
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              coordinated-shutdown.run-by-clr-shutdown-hook = off
              coordinated-shutdown.run-by-actor-system-terminate = off
              coordinated-shutdown.terminate-actor-system = off
              scheduler.implementation = "{{NameOf<WorldScheduler>()}}"
              actor {
                provider = local
                default-dispatcher { {{dispatcher}} }
                internal-dispatcher { {{dispatcher}} }
                default-blocking-io-dispatcher { {{dispatcher}} }
                default-mailbox { {{mailbox}} }
                mailbox.unbounded-queue-based { {{mailbox}} }
                mailbox.unbounded-deque-based { {{mailbox}} }
              }
            }
            dledger.entry-handler-mailbox.mailbox-type = "DLedger.Node.ControlFirstMailbox, DLedger.Actors"
            dledger.role-dispatcher { {{dispatcher}} }
            dledger.reader-dispatcher { {{dispatcher}} }
            dledger.state-machine-dispatcher { {{dispatcher}} }
            dledger.entry-handler-mailbox {
              {{mailbox}}
              {{WorldMailbox.InnerKey}} = "{{NameOf<DLedger.Node.ControlFirstMailbox>()}}"
            }
            """;
    }

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";
}
