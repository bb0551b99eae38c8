using CsCheck;
using Xunit;

namespace DLedger.Core.Tests.Members;

public sealed class MembershipTests
{
    private static readonly MemberLife A = new("a", Guid.Parse("00000000-0000-0000-0000-00000000000a"));
    private static readonly MemberLife B = new("b", Guid.Parse("00000000-0000-0000-0000-00000000000b"));
    private static readonly MemberLife C = new("c", Guid.Parse("00000000-0000-0000-0000-00000000000c"));
    private static readonly MemberLife D = new("d", Guid.Parse("00000000-0000-0000-0000-00000000000d"));
    private static readonly MemberLife E = new("e", Guid.Parse("00000000-0000-0000-0000-00000000000e"));
    private static readonly MemberLife[] Lives = [A, B, C, D, E, new("a", Guid.Empty), new("f", Guid.Empty), new("g.1", Guid.Empty)];

    private static readonly Gen<Membership> Sets = Gen.Shuffle(Lives).SelectMany(
        lives => Gen.Select(Gen.Int[1, 4], Gen.Int[0, 4], Gen.Int[0, 3], (voters, outgoing, shared) =>
        {
            var incoming = lives.Take(voters).DistinctBy(member => member.Id).ToArray();
            var before = lives.Skip(voters - Math.Min(shared, voters)).Take(outgoing).DistinctBy(member => member.Id).ToArray();
            var learners = lives.Except(incoming).Except(before).Take(2).ToArray();
            return new Membership(incoming, before, learners, lives.Take(3).Select(member => KeyValuePair.Create(member, $"host-{member.Id}:1")));
        }));

    [Fact]
    public void A_majority_of_a_stable_set_is_a_quorum()
    {
        var set = new Membership([A, B, C]);

        Assert.True(set.HasQuorum(member => member == A || member == C));
        Assert.False(set.HasQuorum(member => member == B));
    }

    [Fact]
    public void Safety_33_a_joint_set_needs_a_majority_of_each_half()
    {
        var set = new Membership([A, D, E], outgoing: [A, B, C]);

        Assert.False(set.HasQuorum(member => member == A || member == D || member == E));
        Assert.False(set.HasQuorum(member => member == A || member == B || member == C));
        Assert.True(set.HasQuorum(member => member == A || member == B || member == D));
    }

    [Fact]
    public void Safety_33_learners_never_count()
    {
        var set = new Membership([A, B, C], learners: [D, E]);

        Assert.False(set.HasQuorum(member => member == A || member == D || member == E));
        Assert.Equal(new LogIndex(1), set.CommittedAt([new(1), new(1), new(1), new(9), new(9)]));
    }

    [Fact]
    public void Safety_31_another_life_under_the_same_id_is_no_member()
    {
        var set = new Membership([A, B, C]);

        Assert.True(set.IndexOf(A with { StoreId = Guid.NewGuid() }) < 0);
        Assert.Equal(0, set.IndexOf(A));
    }

    [Fact]
    public void A_vote_is_lost_once_no_quorum_can_be_had_any_more()
    {
        var set = new Membership([A, B, C], outgoing: [C, D, E]);

        Assert.Equal(VoteResult.Pending, set.VoteResult(member => member == A || member == B ? true : null));
        Assert.Equal(VoteResult.Lost, set.VoteResult(member => member == A || member == B ? true : member == D || member == E ? false : null));
        Assert.Equal(VoteResult.Won, set.VoteResult(member => member == A || member == C || member == D ? true : null));
    }

    [Fact]
    public void What_is_committed_and_who_is_a_quorum_agree_for_any_set_and_positions() =>
        Gen.Select(Sets, Gen.Int[0, 6].Array[Lives.Length]).Sample((set, numbers) =>
        {
            var positions = numbers.Take(set.Members.Count).Select(number => new LogIndex(number)).ToArray();

            var committed = set.CommittedAt(positions);

            Assert.True(set.HasQuorum(member => positions[set.IndexOf(member)] >= committed));
            Assert.False(set.HasQuorum(member => positions[set.IndexOf(member)] > committed));
        });

    [Fact]
    public void Two_quorums_of_one_set_always_share_a_member() =>
        Gen.Select(Sets, Gen.Bool.Array[Lives.Length]).Sample((set, coins) =>
            Assert.False(set.HasQuorum(member => coins[set.IndexOf(member)]) && set.HasQuorum(member => !coins[set.IndexOf(member)])));

    [Fact]
    public void A_vote_agrees_with_the_quorum_of_those_who_said_yes() =>
        Gen.Select(Sets, Gen.Int[0, 2].Array[Lives.Length]).Sample((set, coins) =>
        {
            var result = set.VoteResult(member => coins[set.IndexOf(member)] switch { 0 => true, 1 => false, _ => null });

            Assert.Equal(result == VoteResult.Won, set.HasQuorum(member => coins[set.IndexOf(member)] == 0));
            Assert.Equal(result == VoteResult.Lost, !set.HasQuorum(member => coins[set.IndexOf(member)] != 1));
        });

    [Fact]
    public void A_set_comes_back_from_its_bytes_with_its_addresses() => Sets.Sample(set =>
    {
        var read = Membership.TryDecode(set.Encode());

        Assert.NotNull(read);
        Assert.Equal(set, read);
        Assert.Equal(set.GetHashCode(), read.GetHashCode());
        Assert.All(set.Members, member => Assert.Equal(set.AddressOf(member), read.AddressOf(member)));
    });

    [Fact]
    public void Whatever_can_be_read_is_written_the_same_way_again() =>
        Gen.Select(Sets, Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 3]).Sample((set, at, value, cut) =>
        {
            var bytes = set.Encode();
            bytes[at % bytes.Length] = value;
            var damaged = bytes.AsSpan(0, bytes.Length - cut);

            var read = Membership.TryDecode(damaged);

            if (read is not null) Assert.Equal(damaged.ToArray(), read.Encode());
        });

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        if (bytes.Length > 0) bytes[0] = 1;
        var read = Membership.TryDecode(bytes);
        if (read is not null) Assert.Equal(bytes, read.Encode());
    });

    [Fact]
    public void Addresses_make_no_difference()
    {
        var here = new Membership([A, B], addresses: [KeyValuePair.Create(A, "one:1")]);
        var there = new Membership([B, A], addresses: [KeyValuePair.Create(A, "two:2")]);

        Assert.Equal(here, there);
        Assert.NotEqual(here, new Membership([A, B], learners: [C]));
        Assert.NotEqual(new Membership([A, B], outgoing: [C]), new Membership([A, B], learners: [C]));
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("a a", "", "")]
    [InlineData("a", "b", "b")]
    [InlineData("a", "", "a")]
    public void What_makes_no_sense_is_refused(string voters, string outgoing, string learners)
    {
        static IEnumerable<MemberLife> Named(string ids) =>
            ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => new MemberLife(id, Guid.Empty));

        Assert.Throws<InvariantBrokenException>(() => new Membership(Named(voters), Named(outgoing), Named(learners)));
    }

    [Fact]
    public void A_set_too_large_for_the_hard_state_is_not_read() =>
        Assert.Null(Membership.TryDecode(Membership.Of(Enumerable.Range(0, 200).Select(number => $"member-{number}")).Encode()));
}
