namespace DLedger;

/// <summary>The modes without their numbers. What is written to the wire: never use one for another.</summary>
internal enum ReadModeKind
{
    /// <summary>See <see cref="ReadMode.Linearizable"/>.</summary>
    Linearizable = 0,

    /// <summary>See <see cref="ReadMode.Lease"/>.</summary>
    Lease = 1,

    /// <summary>See <see cref="ReadMode.Local"/>.</summary>
    Local = 2,

    /// <summary>See <see cref="ReadMode.AtLeast"/>.</summary>
    AtLeast = 3,
}
