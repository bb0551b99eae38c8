namespace DLedger.Compare;

/// <summary>What the load process is told.</summary>
/// <param name="Contender">Its name.</param>
/// <param name="Target">Where its servers are, as <see cref="ServerProcesses.Target"/> says; empty without servers.</param>
/// <param name="Folder">For members in the load process itself.</param>
/// <param name="SizeBytes">Of each entry.</param>
/// <param name="Outstanding">Appends under way, or at a fixed rate the most of them.</param>
/// <param name="RatePerSecond">0: a closed loop. Else appends are due at even distances, whatever became of those before.</param>
/// <param name="WarmUpSeconds">Not measured.</param>
/// <param name="Seconds">Measured.</param>
/// <param name="ServerPids">Whose CPU, writes and memory count besides the load's own.</param>
internal sealed record LoadPlan(
    string Contender, string Target, string Folder, int SizeBytes, int Outstanding, int RatePerSecond, double WarmUpSeconds, double Seconds,
    IReadOnlyList<int> ServerPids);
