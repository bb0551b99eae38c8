using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// What happens when a role throws: the one place. No role restarts alone (SAFETY 5): what a role knows is spread over the group's actors, so a
/// thrown role is stopped, and the node root stops the others and starts them together from disk.
/// </summary>
internal static class RoleSupervision
{
    /// <summary>A group that fails more often than this within <see cref="Within"/> stops for good.</summary>
    public const int RestartsMax = 3;

    public static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    public static SupervisorStrategy Strategy(Action<Exception> failed) => new OneForOneStrategy(exception =>
    {
        failed(exception);
        return Directive.Stop;
    });

    /// <summary>Whether starting again from disk can help.</summary>
    public static bool MayRestart(Exception failure) => failure switch
    {
        InvariantBrokenException => false, // our own code is wrong: going on could lose data
        StoreException => false, // the disk is wrong
        StateMachineFailedException => false, // SAFETY 54: it would fail at the same entry again, or is not deterministic
        _ => true,
    };
}
