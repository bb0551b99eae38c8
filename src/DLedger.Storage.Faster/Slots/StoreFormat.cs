using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The version of everything that a folder holds. It stands in each slot, so that no file of another version is ever read as one of this.
/// </summary>
internal static class StoreFormat
{
    public const int Current = 2;

    /// <summary>What is said of a folder that was written by another version.</summary>
    public static StoreException Refusal(string folder, int found) => new(found < Current
        ? $"{folder} has format {found}, which this version no longer reads (it reads format {Current}): give the member a new folder "
            + "and the others bring it up to date, or read its entries out with the version that wrote it."
        : $"{folder} has format {found}, which this version cannot read (it reads format {Current}): use the version that wrote it, or a later one.");
}
