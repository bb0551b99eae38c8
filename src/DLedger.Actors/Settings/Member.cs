using System.Globalization;

namespace DLedger;

/// <summary>A member of a group: <c>id-host:port[/bulkport]</c>. IPv6 hosts stand in brackets.</summary>
/// <param name="Id">Letters, digits, <c>_</c> and <c>.</c>.</param>
/// <param name="Host">A name or an address. Kept in one spelling, without brackets: <c>[0:0:0:0:0:0:0:1]</c> becomes <c>::1</c>, <c>LocalHost</c>
/// becomes <c>localhost</c>.</param>
/// <param name="Port">For votes, heartbeats and clients.</param>
/// <param name="BulkPort">For pushes; <paramref name="Port"/> + 10000 unless given.</param>
public sealed record Member(string Id, string Host, int Port, int BulkPort)
{
    /// <summary>What is added to <see cref="Port"/> for <see cref="BulkPort"/>, unless that is given.</summary>
    public const int BulkPortOffset = 10000;

    private readonly string _host = HostName.Canonical(Host);

    /// <summary>A name or an address, without brackets.</summary>
    public string Host
    {
        get => _host;
        init => _host = HostName.Canonical(value);
    }

    /// <summary>
    /// <c>host:port</c>, an IPv6 host in brackets: the one form in which addresses of members are shown, and in which answers name a leader.
    /// </summary>
    public string Address => HostName.WithPort(Host, Port);

    /// <summary>Whether the host can be reached by IPv6 only. Asks the system for the address of a name.</summary>
    public bool NeedsIpv6() => HostName.NeedsIpv6(Host);

    /// <summary>Parses one member; null and a reason for anything else.</summary>
    public static Member? Parse(string text, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = "";
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash <= 0) return Fail($"'{text}' is not id-host:port[/bulkport]", out problem);
        var id = text[..dash];
        if (FolderName.ProblemOf(id) is { } unfit) return Fail($"'{id}' in '{text}' is not an id: it {unfit}", out problem);
        if (!IsId(id)) return Fail($"'{id}' in '{text}' is not an id: letters, digits, '_' and '.' only", out problem);
        var rest = text[(dash + 1)..];
        var slash = rest.LastIndexOf('/');
        var bulkText = slash < 0 ? null : rest[(slash + 1)..];
        if (slash >= 0) rest = rest[..slash];
        var colon = rest.LastIndexOf(':');
        if (colon <= 0) return Fail($"'{text}' has no port: id-host:port[/bulkport]", out problem);
        var host = rest[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) return Fail($"'{host}' in '{text}': an IPv6 address stands in brackets", out problem);
        if (host.Contains('%', StringComparison.Ordinal))
            return Fail(
                $"'{host}' in '{text}' names a network interface, which is another one on each machine: give an address without it", out problem);
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) return Fail($"'{host}' in '{text}' is not a host name or address", out problem);
        if (!TryPort(rest[(colon + 1)..], out var port)) return Fail($"'{rest[(colon + 1)..]}' in '{text}' is not a port: 1 to 65535", out problem);
        var bulkPort = port + BulkPortOffset;
        if (bulkText is not null && !TryPort(bulkText, out bulkPort)) return Fail($"'{bulkText}' in '{text}' is not a port: 1 to 65535", out problem);
        if (bulkPort > 65535)
            return Fail($"'{text}': port {port} + {BulkPortOffset} is no port; give the bulk port: id-host:port/bulkport", out problem);
        return new Member(id, host, port, bulkPort);
    }

    /// <summary>Whether this can name a member or a group.</summary>
    public static bool IsId(string id) =>
        !string.IsNullOrEmpty(id) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.') && FolderName.ProblemOf(id) is null;

    /// <summary>As <see cref="Parse"/> takes it; a bulk port that follows from the port is left out.</summary>
    public override string ToString() =>
        $"{Id}-{Address}{(BulkPort == Port + BulkPortOffset ? "" : "/" + BulkPort.ToString(CultureInfo.InvariantCulture))}";

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;

    private static Member? Fail(string reason, out string problem)
    {
        problem = reason;
        return null;
    }
}
