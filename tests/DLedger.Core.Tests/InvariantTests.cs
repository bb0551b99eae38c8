using Xunit;

namespace DLedger.Core.Tests;

/// <summary>Promises of our own code.</summary>
public sealed class InvariantTests
{
    [Fact]
    public void A_broken_promise_says_which_one()
    {
        var plain = Assert.Throws<InvariantBrokenException>(() => Invariant.Holds(Not(true), "Never truncate what is committed."));
        Assert.Equal("Broken invariant: Never truncate what is committed.", plain.Message);
        var index = 7;
        var formatted = Assert.Throws<InvariantBrokenException>(() => Invariant.Holds(Not(true), $"{"n1"} acks {index}."));
        Assert.Equal("Broken invariant: n1 acks 7.", formatted.Message);
    }

    [Fact]
    public void A_promise_that_holds_costs_no_text()
    {
        Invariant.Holds(Not(false), "Never truncate what is committed.");
        Invariant.Holds(Not(false), $"{new NeverShown()}");
    }

    private static bool Not(bool value) => !value;

    private sealed class NeverShown
    {
        public override string ToString() => throw new InvalidOperationException("A text was formatted for a promise that holds.");
    }
}
