using System.Reflection;
using Akka.Actor;

namespace DLedger;

/// <summary>What truly went wrong. Reflection, tasks and Akka wrap a failure into exceptions whose messages say nothing of it.</summary>
internal static class Causes
{
    /// <summary>The first exception that is more than a wrapper of another.</summary>
    public static Exception Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        while (failure is TargetInvocationException or AggregateException or TypeInitializationException or ActorInitializationException
            && failure.InnerException is { } cause)
            failure = cause;
        return failure;
    }

    /// <summary>Its message, in one line.</summary>
    public static string Line(Exception failure) =>
        string.Join(' ', Of(failure).Message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
