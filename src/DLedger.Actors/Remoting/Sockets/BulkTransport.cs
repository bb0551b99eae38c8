using Akka.Actor;
using Akka.Configuration;

namespace DLedger.Remoting;

/// <summary>Akka.Remote's transport for pushes. What a message has attached (<see cref="Attachment"/>) passes without a copy.</summary>
internal sealed class BulkTransport : SocketTransport
{
    public const string ConfigPath = "akka.remote.dledger-bulk";

    public const string FrameKey = $"{ConfigPath}.maximum-frame-size";

    /// <summary>Called by Akka.</summary>
    public BulkTransport(ActorSystem system, Config config)
        : base(system, config, MemberAddress.BulkScheme, ConfigPath, new BulkFraming())
    {
    }

    public override string Name => "dledger-bulk";
}
