using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Log;

public sealed class LogBaseTests
{
    private static readonly Tail SomeTail = new(I(4), T(2), new EntryIndex(9), new LogTime(70));

    [Fact]
    public void Two_bases_are_equal_when_their_tails_and_the_bytes_of_their_prefixes_are()
    {
        var one = new LogBase(SomeTail, new byte[] { 1, 2, 3 });
        Assert.Equal(one, new LogBase(SomeTail, new byte[] { 0, 1, 2, 3 }.AsMemory(1)));
        Assert.Equal(one.GetHashCode(), new LogBase(SomeTail, new byte[] { 1, 2, 3 }).GetHashCode());
        Assert.NotEqual(one, new LogBase(SomeTail, new byte[] { 1, 2, 4 }));
        Assert.NotEqual(one, new LogBase(SomeTail));
        Assert.NotEqual(one, new LogBase(SomeTail with { Time = new LogTime(71) }, new byte[] { 1, 2, 3 }));
        Assert.False(one.Equals(null));
    }

    [Fact]
    public void A_log_that_starts_at_the_beginning_has_nothing_before_it()
    {
        Assert.Equal(
            (Tail.Empty, LogPoint.Origin, I(0), true), (LogBase.Empty.Tail, LogBase.Empty.Point, LogBase.Empty.Index, LogBase.Empty.Prefix.IsEmpty));
    }

    [Fact]
    public void A_prefix_has_a_limit()
    {
        Assert.Equal(LogBase.PrefixBytesMax, new LogBase(SomeTail, new byte[LogBase.PrefixBytesMax]).Prefix.Length);
        Assert.Throws<InvariantBrokenException>(() => new LogBase(SomeTail, new byte[LogBase.PrefixBytesMax + 1]));
    }
}
