namespace DLedger.Host;

/// <summary>A value as it is written.</summary>
internal sealed record HoconWritten(IReadOnlyList<HoconPart> Parts, string Place);
