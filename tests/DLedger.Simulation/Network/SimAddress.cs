namespace DLedger.Simulation;

/// <summary>Whom a message is for: a node, and within it an actor's path or a role's name.</summary>
internal readonly record struct SimAddress(string Node, string Target)
{
    public override string ToString() => $"{Node}{Target}";
}
