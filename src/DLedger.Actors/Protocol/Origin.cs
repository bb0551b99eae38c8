namespace DLedger.Protocol;

/// <summary>Who sent a message between members. A receiver drops what comes from non-members, of another group or of another cluster.</summary>
/// <param name="ClusterId">Of the sender's settings: <c>dledger.cluster-id</c>.</param>
/// <param name="Group">The name of the group.</param>
/// <param name="NodeId">The sender's id in it.</param>
/// <param name="Store">The sender's store id (SAFETY 7): a wiped node is another one.</param>
/// <param name="GroupId">
/// Which group of that name it is, drawn when it was founded; empty as long as the sender does not know. Sent for members of later versions, and not
/// judged yet.
/// </param>
internal sealed record Origin(string ClusterId, string Group, string NodeId, Guid Store, Guid GroupId = default);
