using System.Buffers.Binary;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Origins as they were read before. Few members send many messages, and each message says the same of its sender: reading that again allocates
/// nothing. Bounded, since strangers come by here as well. Used by all threads that read.
/// </summary>
internal sealed class KnownOrigins
{
    private const int Places = 256;
    private const int BytesMin = 3 + RecordWriter.IdBytes + RecordWriter.IdBytes;

    private static readonly Origin s_none = new("", "", "", Guid.Empty);

    private readonly Entry?[] _places = new Entry?[Places];

    public Origin Read(ref RecordReader reader)
    {
        var encoded = reader.Bytes();
        if (encoded.Length < BytesMin) reader.Refuse("an origin that ends early");
        if (reader.Problem is not null) return s_none;
        ref var place = ref _places[PlaceOf(encoded.Span)];
        if (Volatile.Read(ref place) is { } known && encoded.Span.SequenceEqual(known.Encoded)) return known.Origin;

        // What stands behind it is for later versions.
        var fields = new RecordReader(encoded);
        var origin = fields.Origin();
        if (fields.Problem is { } problem) reader.Refuse(problem);
        else Volatile.Write(ref place, new Entry(encoded.ToArray(), origin));
        return origin;
    }

    /// <summary>Whatever is drawn at random differs here: store ids come last but one.</summary>
    private static int PlaceOf(ReadOnlySpan<byte> encoded) =>
        BinaryPrimitives.ReadUInt16LittleEndian(encoded[^(RecordWriter.IdBytes + RecordWriter.IdBytes)..]) % Places;

    private sealed record Entry(byte[] Encoded, Origin Origin);
}
