using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Keeps what a system says before and beside its loggers. Made by Akka, by its name in a configuration.</summary>
public sealed class StartLogger : MinimalLogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    protected override void Log(object message)
    {
        if (message is Warning or Error) Lines.Enqueue(message.ToString()!);
    }
}
