using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Apply;

/// <summary>The ledger's part of a saved state.</summary>
public sealed class AppliedStateTests
{
    private static readonly AppliedState Some = new(
        new Tail(I(7), T(3), new EntryIndex(41), new LogTime(99)), new ResultDigest(ulong.MaxValue - 5), 12);

    [Fact]
    public void Safety_53_what_was_saved_comes_back_as_it_was()
    {
        Assert.True(AppliedState.TryDecode(Some.Encode(), out var back, out _));
        Assert.Equal(Some, back);
        Assert.Equal(AppliedState.EncodedBytes, Some.Encode().Length);
    }

    [Fact]
    public void Nothing_saved_is_the_state_of_an_empty_log()
    {
        Assert.True(AppliedState.TryDecode(default, out var back, out _));
        Assert.Equal(AppliedState.Empty, back);
    }

    [Fact]
    public void A_damaged_record_is_refused_with_a_reason()
    {
        for (var at = 0; at < AppliedState.EncodedBytes; at++)
        {
            var bytes = Some.Encode();
            bytes[at] ^= 1;
            Assert.False(AppliedState.TryDecode(bytes, out _, out var problem));
            Assert.NotEmpty(problem);
        }

        Assert.False(AppliedState.TryDecode(Some.Encode().AsMemory(1), out _, out _));
        Assert.False(AppliedState.TryDecode(new byte[AppliedState.EncodedBytes + 1], out _, out _));
    }

    [Fact]
    public void Safety_56_a_digest_differs_when_a_result_its_place_or_its_length_does()
    {
        var first = ResultDigest.None.Chain(new EntryIndex(0), "one"u8);
        ResultDigest[] all =
        [
            first,
            ResultDigest.None.Chain(new EntryIndex(1), "one"u8),
            ResultDigest.None.Chain(new EntryIndex(0), "onf"u8),
            ResultDigest.None.Chain(new EntryIndex(0), "one\0"u8),
            ResultDigest.None.Chain(new EntryIndex(0), ""u8),
            ResultDigest.None.Chain(new EntryIndex(0), "a longer result of two words"u8),
            first.Chain(new EntryIndex(1), "one"u8),
            first.ChainState(new EntryIndex(1), 5),
            first.ChainState(new EntryIndex(1), 6),
            ResultDigest.None,
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(first, ResultDigest.None.Chain(new EntryIndex(0), "one"u8));
    }
}
