namespace DLedger.Simulation;

/// <summary>
/// Makes a failure smaller: leaves out one fault or feature after the other as long as the run still fails in the same way, then shortens it. Each
/// has a chance of its own, so what is left goes on as it did, up to where the course of things parts.
/// </summary>
internal sealed class SwarmShrinker
{
    private static readonly double[] s_secondsToTry = [8, 10, 12, 15, 20, 25, 30, 40, 50];

    private readonly Func<SwarmOptions, SwarmResult> _run;
    private SwarmOptions _options;

    private SwarmShrinker(SwarmOptions options, SwarmResult failed, Func<SwarmOptions, SwarmResult> run)
    {
        _options = options;
        Smallest = failed;
        _run = run;
    }

    private SwarmResult Smallest { get; set; }

    /// <param name="options">Of the run that failed.</param>
    /// <param name="failed">How it failed.</param>
    /// <returns>The smallest run that still fails so; its report says how to have it again.</returns>
    public static SwarmResult Shrink(SwarmOptions options, SwarmResult failed) => Shrink(options, failed, SwarmRunner.RunOne);

    public static SwarmResult Shrink(SwarmOptions options, SwarmResult failed, Func<SwarmOptions, SwarmResult> run)
    {
        var shrinker = new SwarmShrinker(options, failed, run);
        while (shrinker.LeaveOutWhatCanBe())
        {
        }

        shrinker.Shorten();
        return shrinker.Smallest;
    }

    /// <summary>True if anything could be left out: then what could not before may be now.</summary>
    private bool LeaveOutWhatCanBe()
    {
        var isSmaller = false;
        foreach (var name in Smallest.Drawn) isSmaller |= Fails(_options with { Without = [.. _options.Without, name] });
        return isSmaller;
    }

    private void Shorten()
    {
        // Faults end some time before the run does; one that fails before that fails all the same when they end right behind it.
        var enough = Math.Ceiling(Smallest.ViolationAtSeconds!.Value) + SwarmRun.WellTime.TotalSeconds;
        foreach (var seconds in s_secondsToTry.Append(enough).Order())
        {
            if (seconds >= s_secondsToTry[0] && seconds < _options.Length.TotalSeconds
                && Fails(_options with { Length = TimeSpan.FromSeconds(seconds) }))
                return;
        }
    }

    private bool Fails(SwarmOptions smaller)
    {
        var result = _run(smaller);
        if (result.Kind != Smallest.Kind) return false;
        _options = smaller;
        Smallest = result;
        return true;
    }
}
