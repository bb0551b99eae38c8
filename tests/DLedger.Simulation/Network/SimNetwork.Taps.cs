namespace DLedger.Simulation;

// How a test gets hold of single messages: to hold them back, to deliver them late, or again.
internal sealed partial class SimNetwork
{
    private readonly List<SimTap> _taps = [];

    /// <summary>Takes such messages off the network: they arrive only when the test delivers them.</summary>
    public SimTap Withhold(Func<SimLetter, bool> which) => Tap(which, withholds: true);

    /// <summary>Keeps copies of such messages, which go their usual way.</summary>
    public SimTap Copy(Func<SimLetter, bool> which) => Tap(which, withholds: false);

    private SimTap Tap(Func<SimLetter, bool> which, bool withholds)
    {
        var tap = new SimTap(which, withholds, closed => _taps.Remove(closed));
        _taps.Add(tap);
        return tap;
    }

    /// <summary>Whether a test has taken it off the network.</summary>
    private bool IsWithheld(SimAddress from, SimAddress to, object message, byte[] bytes)
    {
        if (_taps.Count == 0) return false;
        var letter = new SimLetter(
            from, to, message,
            () => _world.After(TimeSpan.Zero, $"{from.Node} -> {to} {message.GetType().Name}, kept until now", () => ArriveKept(from, to, bytes)));
        foreach (var tap in _taps)
        {
            if (!tap.Takes(letter) || !tap.Withholds) continue;
            _world.Trace.Step(_world.Now, "withheld", $"{from.Node} -> {to} {message.GetType().Name}");
            return true;
        }

        return false;
    }

    private void ArriveKept(SimAddress from, SimAddress to, byte[] bytes)
    {
        if (_world.Node(to.Node).IsUp) _world.Node(to.Node).HappenNow($"arrive {to}", () => Deliver(from, to, bytes));
        else Lost++;
    }
}
