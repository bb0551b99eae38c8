using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>How a hard state is written.</summary>
internal static class HardStateRecord
{
    public const string FileName = "hard-state";

    public static byte[] Encode(HardState state)
    {
        var writer = new RecordWriter().Int64(state.Term.Value).Text(state.VotedFor).Int64(state.Peers.Count);
        foreach (var peer in state.Peers) writer.Text(peer.Id).Id(peer.StoreId).Int64(peer.ConfirmedUs ? 1 : 0);
        return writer.ToArray();
    }

    public static HardState Decode(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        var term = new Term(reader.Int64());
        var votedFor = reader.Text();
        var peers = new List<KnownPeer>();
        for (var left = reader.Int64(); left > 0; left--) peers.Add(new KnownPeer(reader.Text() ?? "", reader.Id(), reader.Int64() != 0));
        reader.End();
        return term == Term.None && votedFor is null && peers.Count == 0 ? HardState.Initial : new HardState(term, votedFor, peers);
    }
}
