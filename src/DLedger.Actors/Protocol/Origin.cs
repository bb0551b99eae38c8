namespace DLedger.Protocol;

/// <summary>Who sent a message between members. A receiver drops what comes from strangers, of another group or of another cluster.</summary>
/// <param name="Store">The sender's store id (SAFETY 7): a wiped node is another one.</param>
internal sealed record Origin(string ClusterId, string Group, string NodeId, Guid Store);
