using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using DLedger.Remoting;

namespace DLedger;

/// <summary>Starts an ActorSystem for a member, or says in one line why it cannot be.</summary>
public static class DLedgerSystem
{
    /// <summary>The name of a member's ActorSystem unless another is chosen; all members of a group share it.</summary>
    public const string DefaultName = "dledger";

    /// <summary>Akka gives up after 10 s by itself, except when its configuration makes it wait for ever.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Starts a system that is the ledger's own, with <see cref="RemotingConfig.Build"/> and <see cref="RemotingConfig.WholeSystem"/> behind
    /// <paramref name="extra"/>, and registers the serializer. Blocks for as long as Akka needs, 20 seconds at most. Throws
    /// <see cref="SettingsException"/> or <see cref="DLedgerStartException"/>.
    /// </summary>
    /// <param name="name">All members of a group have the same: <see cref="DefaultName"/>.</param>
    /// <param name="settings">The member.</param>
    /// <param name="extra">Holds over everything else.</param>
    /// <param name="bindHost">The address to listen on when it is not the member's own host.</param>
    public static ActorSystem Start(string name, DLedgerSettings settings, Config? extra = null, string? bindHost = null) =>
        StartWith(ActorSystemSetup.Empty, name, settings, extra, bindHost);

    /// <summary>As <see cref="Start"/>, with a setup beside the configuration.</summary>
    internal static ActorSystem StartWith(ActorSystemSetup setup, string name, DLedgerSettings settings, Config? extra, string? bindHost = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(settings);
        if (OpenFileLimit.Problem() is { } tooFew) throw new DLedgerStartException(tooFew);
        var config = (extra ?? Config.Empty).WithFallback(RemotingConfig.Build(settings, bindHost)).WithFallback(RemotingConfig.WholeSystem);
        RemotingConfig.CheckFrames(config, settings);
        CheckPorts(settings, bindHost);

        var whole = setup.And(BootstrapSetup.Create().WithConfig(config));

        // A thread of its own: a start that hangs stays behind, and takes nothing else with it.
        var starting = Task.Factory.StartNew(
            () => ActorSystem.Create(name, whole), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            if (!starting.Wait(StartLimit))
                throw new DLedgerStartException(
                    $"The ActorSystem {name} on {settings.Self.Address} did not start within {StartLimit.TotalSeconds:0} s: check akka.remote in "
                    + $"the configuration given.");
        }
        catch (AggregateException failure)
        {
            throw new DLedgerStartException(
                $"The ActorSystem {name} on {settings.Self.Address} did not start: {Causes.Line(failure)}", Causes.Of(failure));
        }

        var system = starting.Result;
        DLedgerExtension.Get(system);
        return system;
    }

    /// <summary>
    /// Where a group is on the member at an address, for an <c>ActorSelection</c>: <c>akka.tcp://system@host:port/user/dledger/group</c>.
    /// </summary>
    /// <param name="address">A <see cref="Member.Address"/>, or what an answer names as the leader's.</param>
    /// <param name="group">The group.</param>
    /// <param name="name">The name of the members' ActorSystems.</param>
    public static string PathOf(string address, string group, string name = DefaultName)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        ArgumentException.ThrowIfNullOrEmpty(group);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return MemberAddress.Group(name, address, group);
    }

    /// <summary>
    /// Throws a <see cref="DLedgerStartException"/> that names the address when a member's ports cannot be listened on. <see cref="Start"/> does it;
    /// worth a call before <c>ActorSystem.Create</c> of an application's own, whose error does not name it.
    /// </summary>
    public static void CheckPorts(DLedgerSettings settings, string? bindHost = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ProbePort(settings.Self, settings.Self.Port, "port", bindHost);
        ProbePort(settings.Self, settings.Self.BulkPort, "bulk port", bindHost);
    }

    /// <summary>Akka's own error for an address that cannot be used does not name it.</summary>
    private static void ProbePort(Member self, int port, string what, string? bindHost)
    {
        var host = bindHost ?? self.Host;
        IPAddress[] addresses;
        try
        {
            addresses = Dns.GetHostAddresses(host);
        }
        catch (SocketException unknown)
        {
            throw new DLedgerStartException($"Host {host} of member {self.Id} cannot be resolved: {unknown.Message}.", unknown);
        }

        var address = addresses.FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault()
            ?? throw new DLedgerStartException($"Host {host} of member {self.Id} has no address.");
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

            // As Akka binds: without ReuseAddress, which on Linux would let two processes listen on one port and share its connections. An address
            // that only waits out its last connections may be used again all the same.
            probe.Bind(new IPEndPoint(address, port));
            probe.Listen(1);
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new DLedgerStartException(
                $"Address {HostName.WithPort(host, port)} ({what} of member {self.Id}) is in use: is this member running already?", taken);
        }
        catch (SocketException refused)
        {
            throw new DLedgerStartException(
                $"Address {HostName.WithPort(host, port)} ({what} of member {self.Id}) cannot be listened on: {refused.Message}.", refused);
        }
    }
}
