namespace DLedger.Processes.Tests;

/// <summary>What a run does.</summary>
/// <param name="Name">For the files and the table.</param>
/// <param name="Nemeses">Strike in turns, each at least once.</param>
/// <param name="Length">How long they go on.</param>
/// <param name="Pace">Of faults and calm.</param>
/// <param name="Members">How many a group has.</param>
/// <param name="Workload">What its clients do.</param>
/// <param name="Seed">Of all that is drawn. What processes and network make of it differs from run to run.</param>
internal sealed record NemesisPlan(
    string Name, IReadOnlyList<Nemesis> Nemeses, TimeSpan Length, NemesisPace Pace, int Members, WorkloadOptions Workload, int Seed);
