using System.Diagnostics;

namespace DLedger.Compare;

/// <summary>The measured time, and what was used in it.</summary>
internal sealed class Window
{
    private readonly long _opened = Stopwatch.GetTimestamp();
    private readonly double _planned;
    private readonly UsageMeter? _ofServers;
    private readonly UsageMeter _ofClient;

    private Window(LoadPlan plan)
    {
        _planned = plan.Seconds;
        _ofServers = plan.ServerPids.Count == 0 ? null : UsageMeter.Start(plan.ServerPids);
        _ofClient = UsageMeter.Start(Environment.ProcessId);
        Client = new Usage(0, 0, 0);
    }

    public double Seconds { get; private set; }

    public Usage? Servers { get; private set; }

    public Usage Client { get; private set; }

    public bool IsOver => Stopwatch.GetElapsedTime(_opened).TotalSeconds >= _planned;

    public static Window Open(LoadPlan plan) => new(plan);

    public void Close()
    {
        Seconds = Stopwatch.GetElapsedTime(_opened).TotalSeconds;
        Servers = _ofServers?.Since();
        Client = _ofClient.Since();
    }
}
