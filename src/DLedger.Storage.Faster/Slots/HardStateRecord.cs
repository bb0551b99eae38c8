using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// How a hard state is written: a version, term, vote, the known peers with their flags, the ids of those founders that are none of them, the floor.
/// A later version adds what it has behind a version of its own.
/// </summary>
internal static class HardStateRecord
{
    public const string FileName = "hard-state";

    /// <summary>
    /// Two blocks a slot: the largest list of members that is let in has room twice, once as the peers that were met and once as the founders of
    /// before.
    /// </summary>
    public const int SlotBytes = 2 * SlotFile.BlockBytes;

    private const byte Version = 1;
    private const byte ConfirmedUs = 1;
    private const byte Founder = 2;

    /// <summary>What the shortest peer and the shortest id take.</summary>
    private const int PeerBytesMin = 2 + RecordWriter.IdBytes + 1;
    private const int IdBytesMin = 2;

    public static byte[] Encode(HardState state)
    {
        Invariant.Holds(state.Term >= Term.None && state.Term <= Term.Max, $"A term that is saved can be read: {state.Term}.");
        return RecordWriter.ToArray(state, Write);
    }

    public static HardState Read(ref RecordReader reader)
    {
        if (reader.U8() is var version && version != Version) reader.Refuse($"a hard state of version {version}, which this version does not know");
        var term = reader.Term();
        var votedFor = reader.Name();
        var founders = new List<string>();
        var peers = ReadPeers(ref reader, founders);
        var hasFounders = reader.Bool();
        for (var left = reader.Count(IdBytesMin); left > 0; left--) founders.Add(ReadId(ref reader));
        var floor = reader.Point();
        if (founders.Count > 0 != hasFounders) reader.Refuse("a list of founders without founders, or founders without a list");
        founders.Sort(StringComparer.Ordinal);
        for (var i = 1; i < founders.Count; i++)
            if (founders[i] == founders[i - 1]) reader.Refuse($"'{founders[i]}' is twice in the list of founders");
        var state = new HardState(term, votedFor.Length == 0 ? null : votedFor, peers, hasFounders ? founders : null, floor);
        return state.IsNew ? HardState.Initial : state;
    }

    private static void Write(ref RecordWriter writer, HardState state)
    {
        var founders = state.Founders;
        writer.U8(Version);
        writer.Term(state.Term);
        writer.Name(state.VotedFor ?? "");
        writer.Count(state.Peers.Count);
        foreach (var peer in state.Peers)
        {
            writer.Name(peer.Id);
            writer.Id(peer.StoreId);
            writer.U8((byte)((peer.ConfirmedUs ? ConfirmedUs : 0) | (founders is not null && founders.Contains(peer.Id) ? Founder : 0)));
        }

        // Each id once.
        string[] others = founders is null ? [] : [.. founders.Except(state.Peers.Select(peer => peer.Id))];
        writer.Bool(founders is not null);
        writer.Count(others.Length);
        foreach (var id in others) writer.Name(id);
        writer.Point(state.Floor);
    }

    private static List<KnownPeer> ReadPeers(ref RecordReader reader, List<string> founders)
    {
        var peers = new List<KnownPeer>();
        for (var left = reader.Count(PeerBytesMin); left > 0; left--)
        {
            var id = ReadId(ref reader);
            var store = reader.Id();
            var flags = reader.U8();
            if (peers.Count > 0 && string.CompareOrdinal(peers[^1].Id, id) >= 0) reader.Refuse($"the peers are out of order at '{id}'");
            if (flags > (ConfirmedUs | Founder)) reader.Refuse($"unknown flags of peer '{id}'");
            peers.Add(new KnownPeer(id, store, (flags & ConfirmedUs) != 0));
            if ((flags & Founder) != 0) founders.Add(id);
        }

        return peers;
    }

    private static string ReadId(ref RecordReader reader)
    {
        var id = reader.Name();
        if (id.Length == 0) reader.Refuse("a member without an id");
        return id;
    }
}
