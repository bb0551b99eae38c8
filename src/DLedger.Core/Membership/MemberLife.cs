namespace DLedger.Core;

/// <summary>A member by the data folder that it had when it was first seen: another folder under its name is another life (SAFETY 7, 31).</summary>
/// <param name="Id">Its id in the settings.</param>
/// <param name="StoreId">Drawn when its folder was made; <see cref="Guid.Empty"/> while nobody has met it.</param>
internal readonly record struct MemberLife(string Id, Guid StoreId) : IComparable<MemberLife>
{
    /// <summary>By id, ordinal; of two lives under one id, by store id.</summary>
    public int CompareTo(MemberLife other)
    {
        var byId = string.CompareOrdinal(Id, other.Id);
        return byId != 0 ? byId : StoreId.CompareTo(other.StoreId);
    }

    public static bool operator <(MemberLife left, MemberLife right) => left.CompareTo(right) < 0;

    public static bool operator >(MemberLife left, MemberLife right) => left.CompareTo(right) > 0;

    public static bool operator <=(MemberLife left, MemberLife right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MemberLife left, MemberLife right) => left.CompareTo(right) >= 0;
}
