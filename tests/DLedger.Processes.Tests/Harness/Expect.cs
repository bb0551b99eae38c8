using System.Diagnostics.CodeAnalysis;

namespace DLedger.Processes.Tests;

/// <summary>What the scenarios demand, in tests and in long runs alike.</summary>
internal static class Expect
{
    public static void That([DoesNotReturnIf(false)] bool holds, string what)
    {
        if (!holds) throw new ScenarioFailedException(what);
    }

    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new ScenarioFailedException($"{what}: expected {expected}, got {actual}");
    }
}
