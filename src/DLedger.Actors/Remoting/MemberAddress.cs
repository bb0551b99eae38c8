namespace DLedger.Remoting;

/// <summary>
/// How members are addressed through Akka.Remote, and the only place that knows: by which scheme and port each of their two transports is reached,
/// and by which path what is behind it.
/// </summary>
internal static class MemberAddress
{
    /// <summary>Of the control transport: that of Akka's own TCP transport, so that an application needs nothing but Akka.Remote.</summary>
    public const string ControlScheme = "tcp";

    /// <summary>Of the bulk transport. Another one, because Akka tells transports by it.</summary>
    public const string BulkScheme = "bulk.tcp";

    /// <summary>What stands before the name of the system in an address of Akka's.</summary>
    public const string ControlProtocol = $"akka.{ControlScheme}";

    /// <inheritdoc cref="ControlProtocol"/>
    public const string BulkProtocol = $"akka.{BulkScheme}";

    /// <summary><c>host:port</c> of a member's bulk transport; that of its control transport is <see cref="Member.Address"/>.</summary>
    public static string BulkHostPort(Member member) => (member with { Port = member.BulkPort }).Address;

    /// <summary>A member's process, as clients address it.</summary>
    /// <param name="system">The name of the members' ActorSystems.</param>
    /// <param name="address">A <see cref="Member.Address"/>.</param>
    public static string Process(string system, string address) => $"{ControlProtocol}://{system}@{address}";

    /// <summary>A group on a member, as clients address it.</summary>
    public static string Group(string system, string address, string group) => $"{Process(system, address)}/user/{Node.GroupsActor.Name}/{group}";

    /// <summary>Where members say what goes over the control transport.</summary>
    public static string ControlRouter(string system, Member member) => $"{Process(system, member.Address)}{Node.PeerRouterRef.PathWithoutAddress}";

    /// <summary>Where members say what goes over the bulk transport.</summary>
    public static string BulkRouter(string system, Member member) =>
        $"{BulkProtocol}://{system}@{BulkHostPort(member)}{Node.PeerRouterRef.PathWithoutAddress}";
}
