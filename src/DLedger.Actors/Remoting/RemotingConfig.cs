using System.Globalization;
using System.Text;
using Akka.Configuration;
using DLedger.Core;
using DLedger.Remoting;

namespace DLedger;

/// <summary>
/// The ActorSystem's configuration that fits a member's settings: two transports, frames that hold what the settings allow, dispatchers, serializer.
/// </summary>
public static class RemotingConfig
{
    /// <summary>Most bytes of small batches that one push gathers; one larger batch travels alone.</summary>
    internal const int PushBytes = 64 << 10;

    /// <summary>What an entry costs on the wire besides its bytes, in a <see cref="ReadResult.Entries"/>.</summary>
    internal const int ReadEntryOverheadBytes = 20;

    /// <summary>Room in a frame beside the payload: the message's own fields, lengths of small batches, and Akka's envelope.</summary>
    private const int HeadroomBytes = WireSerializer.EnvelopeBytesMax + (16 << 10);

    private const int ReadReplyBytesMin = 256 << 10;

    /// <summary>Akka sends the heartbeats of death watch by selection: who watches an actor here from elsewhere would take it for dead.</summary>
    private const string RemoteWatcherPath = "/system/remote-watcher";

    /// <summary>What the ledger cannot do without: transports and serializer, as in <c>hocon/remoting.conf</c>.</summary>
    private static readonly Config Needed = EmbeddedConfig.Load("remoting.conf");

    private static readonly Config Hard = EmbeddedConfig.Load("hardened.conf");

    /// <summary>
    /// What suits the ledger and holds for a whole ActorSystem, whatever else lives in it: the timers' tick, the threads of remoting, its failure
    /// detector and time limits; as in <c>hocon/whole-system.conf</c>. <see cref="DLedgerSystem.Start"/> lays it under a system that is the ledger's
    /// own. An application's own system gets it only if the application says so, and then finds a lost connection in seconds instead of minutes.
    /// </summary>
    public static Config WholeSystem { get; } = EmbeddedConfig.Load("whole-system.conf");

    /// <summary>Transports and serializer with <see cref="WholeSystem"/>, for a system that is there for the ledger only.</summary>
    public static Config Reference { get; } = Needed.WithFallback(WholeSystem);

    /// <summary>The dispatchers, as in <c>hocon/dispatchers.conf</c>.</summary>
    public static Config Dispatchers { get; } = EmbeddedConfig.Load("dispatchers.conf");

    /// <summary>
    /// What <c>ActorSystem.Create</c> needs for a member: give it as a fallback behind a user's own. Host and ports are the member's own of
    /// <see cref="DLedgerSettings.Members"/>. Nothing in it changes what else lives in the system; <see cref="WholeSystem"/> and
    /// <see cref="Hardened"/> do, and are the application's choice.
    /// </summary>
    /// <param name="settings">The member.</param>
    /// <param name="bindHost">The address to listen on when it is not the member's own host, such as 0.0.0.0 behind a translated address.</param>
    public static Config Build(DLedgerSettings settings, string? bindHost = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var self = settings.Self;
        var text = new StringBuilder();
        AppendTransport(text, ControlTransport.ConfigPath, self.Host, bindHost, self.Port, ControlFrameBytes(settings));
        AppendTransport(text, BulkTransport.ConfigPath, self.Host, bindHost, self.BulkPort, BulkFrameBytes(settings));
        AppendBounds(text, ControlTransport.ConfigPath, settings.Members.Select(member => member.Address), ControlFrameBytes(settings) * 2);
        AppendBounds(
            text, BulkTransport.ConfigPath, settings.Members.Select(MemberAddress.BulkHostPort),
            (settings.PushWindowBytes + BulkFrameBytes(settings)) * 2);
        return ConfigurationFactory.ParseString(text.ToString()).WithFallback(Needed).WithFallback(Dispatchers);
    }

    /// <summary>
    /// Closes an ActorSystem to strangers that reach its port, as far as Akka.Remote allows; lay it over <see cref="Build"/> and under a user's own.
    /// From other systems nothing comes in any more that ends or deploys actors, selections reach these groups only, and messages only by the
    /// serializers that a ledger needs: none that makes objects of types which the sender names. Messages of the application's own need serializers
    /// of their own. Nothing is encrypted by it, and who can connect can still append.
    /// </summary>
    /// <param name="groups">The groups that this system has, for <c>akka.remote.trusted-selection-paths</c>.</param>
    public static Config Hardened(params IEnumerable<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var paths = string.Join(
            ", ",
            groups.Select(
                group =>
                    Member.IsId(group)
                        ? $"\"/user/{Node.GroupsActor.Name}/{group}\""
                        : throw new ArgumentException($"'{group}' is not the name of a group.", nameof(groups))));
        return ConfigurationFactory.ParseString(
            $"akka.remote.trusted-selection-paths = [\"{RemoteWatcherPath}\"{(paths.Length > 0 ? ", " : "")}{paths}]").WithFallback(Hard);
    }

    /// <summary>
    /// The largest <see cref="ReadResult.Entries"/> that a member may send, each entry counted with <see cref="ReadEntryOverheadBytes"/>.
    /// </summary>
    internal static int ReadReplyBytesMax(DLedgerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Math.Max(ReadReplyBytesMin, settings.MaxEntrySize + ReadEntryOverheadBytes);
    }

    /// <summary>The least frame of the control transport that carries every append and every read reply.</summary>
    public static long ControlFrameBytes(DLedgerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Math.Max(ReadReplyBytesMax(settings), (long)settings.BatchBytesMax) + HeadroomBytes;
    }

    /// <summary>The least frame of the bulk transport that carries every push and every base.</summary>
    internal static long BulkFrameBytes(DLedgerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var largestBatch = Math.Max(Batch.EncodedBytes(settings.MaxEntrySize, 1), Batch.HeaderBytes + (long)settings.BatchBytesMax);
        return Math.Max(Math.Max(largestBatch, PushBytes), LogBase.PrefixBytesMax) + HeadroomBytes;
    }

    /// <summary>
    /// Throws a <see cref="SettingsException"/> when frames in force are too small for the settings: what does not fit would vanish on the way.
    /// </summary>
    internal static void CheckFrames(Config inForce, DLedgerSettings settings)
    {
        Check(inForce, StockTransport.ControlFrameKey(inForce), ControlFrameBytes(settings), settings);
        Check(inForce, BulkTransport.FrameKey, BulkFrameBytes(settings), settings);
    }

    private static void Check(Config inForce, string key, long needed, DLedgerSettings settings)
    {
        if (!inForce.HasPath(key)) return;
        var given = inForce.GetByteSize(key) ?? 0;
        if (given >= needed) return;
        throw new SettingsException(
            $"{key} = {given}B: must be at least {needed}B for dledger.max-entry-size = {SettingsReader.ShowBytes(settings.MaxEntrySize)} and "
            + $"dledger.batch-bytes-max = {SettingsReader.ShowBytes(settings.BatchBytesMax)}.");
    }

    /// <summary>Whom places are kept for, and room for all that may be under way to one of them at once.</summary>
    private static void AppendBounds(StringBuilder text, string path, IEnumerable<string> members, long waitingBytesMin)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"{path}.members = [{string.Join(", ", members.Select(member => $"\"{member}\""))}]");
        foreach (var key in (string[])["waiting-bytes-max", "waiting-bytes-in-all-max"])
        {
            if ((Reference.GetByteSize($"{path}.{key}") ?? 0) < waitingBytesMin)
                text.AppendLine(CultureInfo.InvariantCulture, $"{path}.{key} = {waitingBytesMin}b");
        }
    }

    private static void AppendTransport(StringBuilder text, string path, string host, string? bindHost, int port, long frameBytes)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"{path}.hostname = \"{bindHost ?? host}\"")
            .AppendLine(CultureInfo.InvariantCulture, $"{path}.public-hostname = \"{host}\"")
            .AppendLine(CultureInfo.InvariantCulture, $"{path}.port = {port}")
            .AppendLine(CultureInfo.InvariantCulture, $"{path}.dns-use-ipv6 = {(HostName.NeedsIpv6(host) ? "true" : "false")}")
            .AppendLine(CultureInfo.InvariantCulture, $"{path}.maximum-frame-size = {frameBytes}b");
    }
}
