using System.Net;
using Akka.Configuration;

namespace DLedger.Remoting;

/// <summary>Where a transport listens, and how its sockets are made; as in <c>hocon/remoting.conf</c>.</summary>
/// <param name="Host">To listen on.</param>
/// <param name="Port">To listen on; 0 for one that is free.</param>
/// <param name="PublicHost">By which others reach it.</param>
/// <param name="PublicPort">Likewise; 0 for the one that it listens on.</param>
/// <param name="PrefersIpv6">How names are resolved.</param>
/// <param name="ConnectionTimeout">How long making a connection may take.</param>
/// <param name="Backlog">Connections that may wait to be accepted.</param>
/// <param name="SendBufferBytes">0: as the operating system has it.</param>
/// <param name="ReceiveBufferBytes">Likewise.</param>
internal sealed record SocketSettings(
    string Host,
    int Port,
    string PublicHost,
    int PublicPort,
    bool PrefersIpv6,
    TimeSpan ConnectionTimeout,
    int Backlog,
    int SendBufferBytes,
    int ReceiveBufferBytes)
{
    /// <param name="config">The transport's own section.</param>
    public static SocketSettings Of(Config config)
    {
        var host = Given(config.GetString("hostname"), IPAddress.Any.ToString());
        return new SocketSettings(
            host,
            config.GetInt("port"),
            Given(config.GetString("public-hostname"), host),
            config.GetInt("public-port", 0),
            config.GetBoolean("dns-use-ipv6"),
            config.GetTimeSpan("connection-timeout"),
            config.GetInt("backlog"),
            (int)(config.GetByteSize("send-buffer-size") ?? 0),
            (int)(config.GetByteSize("receive-buffer-size") ?? 0));
    }

    private static string Given(string text, string otherwise) => string.IsNullOrEmpty(text) ? otherwise : text;
}
