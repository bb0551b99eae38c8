namespace DLedger.Compare;

/// <summary>What the process that measures the floor is told.</summary>
internal sealed record FloorPlan(int Round, string Folder, double PlannedSeconds);
