using Akka.Actor;
using Akka.Configuration;

namespace DLedger.Remoting;

/// <summary>
/// Akka.Remote's transport for votes and clients. Its frames and its scheme are those of Akka's own TCP transport, which clients go on using; that
/// one bounds nothing of what others make grow (<c>docs/adr/0021</c>).
/// </summary>
internal sealed class ControlTransport : SocketTransport
{
    public const string ConfigPath = "akka.remote.dledger-control";

    public const string FrameKey = $"{ConfigPath}.maximum-frame-size";

    /// <summary>Called by Akka.</summary>
    public ControlTransport(ActorSystem system, Config config)
        : base(system, config, MemberAddress.ControlScheme, ConfigPath, new ControlFraming())
    {
        if (StockTransport.IgnoredKeys(system.Settings.Config) is { Count: > 0 } ignored)
        {
            Warnings.Say(
                "ignored",
                $"Nothing reads {string.Join(", ", ignored)}: members are reached over a transport of their own, whose settings are {ConfigPath}");
        }
    }

    public override string Name => "dledger-control";
}
