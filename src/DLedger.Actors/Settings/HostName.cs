using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DLedger;

/// <summary>
/// How hosts are spelled, and the only place that compares them. Akka delivers what is addressed to the very text by which a system knows itself, so
/// every host has one spelling: names in small letters, addresses as the system writes them. An IPv6 address stands in brackets wherever a port may
/// follow, and nowhere else.
/// </summary>
internal static class HostName
{
    private const int DotsOfIpv4 = 3;

    /// <summary>The one spelling of a host, without brackets: <c>[0:0:0:0:0:0:0:1]</c> is <c>::1</c>, <c>LocalHost</c> is <c>localhost</c>.</summary>
    public static string Canonical(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var bare = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;

        // What has fewer dots is an IPv4 address to some parsers and a name to others.
        var isAddress = bare.Contains(':', StringComparison.Ordinal) || bare.Count(c => c == '.') == DotsOfIpv4;
        return isAddress && IPAddress.TryParse(bare, out var address) ? address.ToString() : bare.ToLowerInvariant();
    }

    /// <summary>As it stands in an Akka address, or before a port.</summary>
    public static string InAddress(string host)
    {
        var canonical = Canonical(host);
        return canonical.Contains(':', StringComparison.Ordinal) ? $"[{canonical}]" : canonical;
    }

    /// <summary><c>host:port</c>, an IPv6 host in brackets.</summary>
    public static string WithPort(string host, int port) => $"{InAddress(host)}:{port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Whether both name the same host, with or without brackets.</summary>
    public static bool AreSame(string? left, string? right) =>
        left is not null && right is not null && string.Equals(Canonical(left), Canonical(right), StringComparison.Ordinal);

    public static bool IsIpv6(string host) =>
        IPAddress.TryParse(Canonical(host), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>
    /// Whether a host can be reached by IPv6 only. A name that cannot be resolved is no reason to think so: whoever needs it says what is wrong with
    /// it.
    /// </summary>
    public static bool NeedsIpv6(string host)
    {
        if (IPAddress.TryParse(Canonical(host), out var address)) return address.AddressFamily == AddressFamily.InterNetworkV6;
        try
        {
            var all = Dns.GetHostAddresses(host);
            return all.Length > 0 && all.All(candidate => candidate.AddressFamily == AddressFamily.InterNetworkV6);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
