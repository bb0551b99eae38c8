namespace DLedger.Compare;

/// <summary>A line of a results file: one of these.</summary>
internal sealed record ResultLine(RunRow? Run = null, FloorRow? Floor = null, MachineRow? Machine = null);
