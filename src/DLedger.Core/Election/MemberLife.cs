namespace DLedger.Core;

/// <summary>A member by the data folder that it had when it was first seen: another folder under its name is another life (SAFETY 7).</summary>
public readonly record struct MemberLife(string Id, Guid StoreId);
