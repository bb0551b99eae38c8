namespace DLedger.Core;

/// <summary>A majority of the members.</summary>
internal static class Quorum
{
    /// <summary>How many of <paramref name="members"/> members, self included, make a majority.</summary>
    public static int Of(int members) => (members / 2) + 1;
}
