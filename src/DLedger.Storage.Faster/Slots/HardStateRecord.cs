using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// How a hard state is written: term, vote, the known peers with a word of flags each; then, since there are lists of founders, their part. A record of before has none, and one of after cannot
/// be read by a version of before. Whatever does not hold together throws <see cref="InvalidDataException"/>.
/// </summary>
internal static class HardStateRecord
{
    public const string FileName = "hard-state";

    private const long FoundersPart = 1;
    private const long ConfirmedUs = 1;
    private const long Founder = 2;
    private const int PeersMax = SlotFile.PayloadBytesMax;

    public static byte[] Encode(HardState state)
    {
        Invariant.Holds(state.Term >= Term.None && state.Term <= Term.Max, $"A term that is saved can be read: {state.Term}.");
        var founders = state.Founders;
        var writer = new RecordWriter().Int64(state.Term.Value).Text(state.VotedFor).Int64(state.Peers.Count);
        foreach (var peer in state.Peers)
            writer.Text(peer.Id).Id(peer.StoreId).Int64((peer.ConfirmedUs ? ConfirmedUs : 0) | (founders is not null && founders.Contains(peer.Id) ? Founder : 0));
        if (founders is null) return writer.ToArray();
        // Each id once: a slot holds some forty members with the longest names.
        string[] others = [.. founders.Except(state.Peers.Select(peer => peer.Id))];
        writer.Int64(FoundersPart).Int64(others.Length);
        foreach (var id in others) writer.Text(id);
        return writer.Int64(state.Floor.Index.Value).Int64(state.Floor.Term.Value).ToArray();
    }

    public static HardState Decode(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        var term = TermOf(reader.Int64());
        var votedFor = reader.Text();
        var peers = new List<KnownPeer>();
        var founders = new List<string>();
        for (var left = CountOf(reader.Int64()); left > 0; left--)
        {
            var id = IdOf(reader.Text());
            var store = reader.Id();
            var flags = reader.Int64();
            if (peers.Count > 0 && string.CompareOrdinal(peers[^1].Id, id) >= 0) throw new InvalidDataException($"The peers are out of order at '{id}'.");
            if (flags is < 0 or > (ConfirmedUs | Founder)) throw new InvalidDataException($"Unknown flags of peer '{id}'.");
            peers.Add(new KnownPeer(id, store, (flags & ConfirmedUs) != 0));
            if ((flags & Founder) != 0) founders.Add(id);
        }

        if (reader.IsAtEnd)
        {
            if (founders.Count > 0) throw new InvalidDataException("The list of founders is missing.");
            return term == Term.None && votedFor is null && peers.Count == 0 ? HardState.Initial : new HardState(term, votedFor, peers);
        }

        if (reader.Int64() != FoundersPart) throw new InvalidDataException("A part that this version does not know.");
        for (var left = CountOf(reader.Int64()); left > 0; left--) founders.Add(IdOf(reader.Text()));
        founders.Sort(StringComparer.Ordinal);
        for (var i = 1; i < founders.Count; i++)
            if (founders[i] == founders[i - 1]) throw new InvalidDataException($"'{founders[i]}' is twice in the list of founders.");
        if (founders.Count == 0) throw new InvalidDataException("The list of founders is empty.");
        var floor = new LogPoint(new LogIndex(reader.Int64()), TermOf(reader.Int64()));
        if (floor.Index < LogIndex.None) throw new InvalidDataException($"No log ends at {floor}.");
        reader.End();
        return new HardState(term, votedFor, peers, founders, floor);
    }

    private static Term TermOf(long value) =>
        value >= 0 && value <= Term.Max.Value ? new Term(value) : throw new InvalidDataException($"{value} is no term.");

    private static long CountOf(long value) => value is >= 0 and <= PeersMax ? value : throw new InvalidDataException($"{value} is no number of members.");

    private static string IdOf(string? id) => id is { Length: > 0 } ? id : throw new InvalidDataException("A member without an id.");
}
