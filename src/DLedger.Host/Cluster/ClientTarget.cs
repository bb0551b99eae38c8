namespace DLedger.Host;

/// <summary>Whom a client command talks to.</summary>
/// <param name="System">Name of the members' actor system.</param>
/// <param name="Group">The group.</param>
/// <param name="Members">Where to look for it, at least one.</param>
/// <param name="Timeout">How long to look for a leader and to repeat what is safe.</param>
/// <param name="Settings">For the sizes of frames.</param>
internal sealed record ClientTarget(string System, string Group, IReadOnlyList<Member> Members, TimeSpan Timeout, DLedgerSettings Settings)
{
    /// <summary>Ids of members to read from, the best first; empty for whoever has the least to ask.</summary>
    public IReadOnlyList<string> ReadFrom { get; init; } = [];
}
