using CsCheck;

namespace DLedger.Core.Tests.Follower;

/// <summary>
/// Two logs of one group, as Raft can leave them: made by a random history in which each term has one leader, who copies a prefix of another log and
/// appends to it. Either may have dropped its beginning, as far as both agree (retention takes what is committed only).
/// </summary>
internal sealed record TwoLogs(long[] Leader, long[] Follower, int LeaderBase, int FollowerBase)
{
    /// <summary>Histories of up to <paramref name="termsMax"/> terms.</summary>
    public static Gen<TwoLogs> GenWith(int termsMax) =>
        Gen.Select(
            Gen.Select(Gen.Bool, Gen.Int[0, 4], Gen.Int[0, 12]).Array[0, termsMax],
            Gen.Int[0, 100],
            Gen.Int[0, 100],
            (steps, leaderBase, followerBase) => From(steps, leaderBase, followerBase));

    public static readonly Gen<TwoLogs> Any = GenWith(24);

    /// <summary>The follower was away while up to 200 terms came and went.</summary>
    public static readonly Gen<TwoLogs> Apart = Gen.Select(
        Gen.Select(Gen.Bool, Gen.Int[0, 4], Gen.Int[0, 12]).Array[0, 12],
        Gen.Int[60, 200],
        Gen.Int[0, 3],
        Gen.Int[0, 10],
        (together, terms, own, logBase) => From([.. together, (false, own, 0), .. Enumerable.Repeat((true, 1, 0), terms)], logBase, logBase));

    public TermTable LeaderTable => Table(Leader, LeaderBase);

    public TermTable FollowerTable => Table(Follower, FollowerBase);

    /// <summary>Where the full logs agree last; null if that is not in both tables.</summary>
    public LogPoint? LongestCommonPrefix
    {
        get
        {
            var length = CommonLength(Leader, Follower);
            return length < LeaderBase || length < FollowerBase ? null : PointAt(Leader, length);
        }
    }

    public static TermTable Table(long[] terms, int logBase)
    {
        var table = new TermTable(PointAt(terms, logBase));
        for (var i = logBase; i < terms.Length; i++) table.Append(PointAt(terms, i + 1));
        return table;
    }

    public static LogPoint PointAt(long[] terms, int index) => new(new LogIndex(index), new Term(index == 0 ? 0 : terms[index - 1]));

    private static TwoLogs From((bool LeaderIsFirst, int Appended, int Copied)[] steps, int leaderBase, int followerBase)
    {
        List<long> one = [], other = [];
        var term = 0L;
        foreach (var (leaderIsFirst, appended, copied) in steps)
        {
            term++;
            var (leading, following) = leaderIsFirst ? (one, other) : (other, one);
            for (var i = 0; i < appended; i++) leading.Add(term);

            // The leader overwrites what differs, and then some of its batches get through.
            var common = CommonLength([.. leading], [.. following]);
            if (copied == 0) continue;
            if (following.Count > common) following.RemoveRange(common, following.Count - common);
            for (var i = common; i < Math.Min(leading.Count, common + copied - 1); i++) following.Add(leading[i]);
        }

        long[] leader = [.. one], follower = [.. other];
        var shared = CommonLength(leader, follower);
        return new TwoLogs(leader, follower, leaderBase * leader.Length / 100, followerBase * shared / 100);
    }

    private static int CommonLength(long[] one, long[] other)
    {
        var length = 0;
        while (length < one.Length && length < other.Length && one[length] == other[length]) length++;
        return length;
    }
}
