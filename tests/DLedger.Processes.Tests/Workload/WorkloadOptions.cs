namespace DLedger.Processes.Tests;

/// <summary>What the clients of a run do.</summary>
/// <param name="Clients">How many; every second one is the shipped client, the others send plain messages.</param>
/// <param name="Turn">How often each begins an operation, unless the last one is still open.</param>
/// <param name="PaddingMax">The most bytes that a body has besides its name.</param>
/// <param name="PaddingMaxWhenFull">The same while a disk is full, which is felt only once the space that is allocated already is used up.</param>
/// <param name="ReadMode">Anything but linearizable is a lie in the history, for a test that the lie is found.</param>
internal sealed record WorkloadOptions(int Clients, TimeSpan Turn, int PaddingMax, int PaddingMaxWhenFull, ReadMode ReadMode = default)
{
    public static readonly WorkloadOptions Default = new(10, TimeSpan.FromMilliseconds(50), PaddingMax: 200, PaddingMaxWhenFull: 4000);
}
