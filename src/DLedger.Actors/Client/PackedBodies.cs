using System.Collections;

namespace DLedger.Client;

/// <summary>The bodies of appends that have one each, seen through them: a list of its own would cost 16 bytes an entry.</summary>
internal sealed class PackedBodies(IReadOnlyList<PendingAppend> appends) : IReadOnlyList<ReadOnlyMemory<byte>>
{
    public int Count => appends.Count;

    public ReadOnlyMemory<byte> this[int index] => appends[index].Body;

    /// <summary>Of these appends; copied only if one of them has several.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Of(IReadOnlyList<PendingAppend> appends, bool oneEach)
    {
        if (oneEach) return new PackedBodies(appends);
        var bodies = new List<ReadOnlyMemory<byte>>();
        foreach (var append in appends)
        {
            if (append.Bodies is { } several) bodies.AddRange(several);
            else bodies.Add(append.Body);
        }

        return bodies;
    }

    public IEnumerator<ReadOnlyMemory<byte>> GetEnumerator()
    {
        foreach (var append in appends) yield return append.Body;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
