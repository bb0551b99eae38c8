namespace DLedger.Compare;

/// <summary>Some bytes, with the wish to have them back.</summary>
internal sealed record Parcel(byte[] Bytes, bool ComesBack);
