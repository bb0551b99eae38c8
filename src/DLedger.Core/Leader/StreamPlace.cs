namespace DLedger.Core;

/// <summary>Where a request stands among those of its client, which are taken in order or not at all.</summary>
/// <param name="Stream">Drawn by the client.</param>
/// <param name="Sequence">One more than the request before it has.</param>
/// <param name="Start">The stream begins here, whatever its sequence.</param>
internal readonly record struct StreamPlace(Guid Stream, long Sequence, bool Start);
