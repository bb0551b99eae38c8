using Xunit;

namespace DLedger.Actors.Tests.Messages;

public sealed class ReadModeTests
{
    [Theory]
    [InlineData("linearizable")]
    [InlineData("lease")]
    [InlineData("local")]
    [InlineData("at-least:0")]
    [InlineData("at-least:9223372036854775807")]
    public void A_mode_is_read_as_it_is_written(string word)
    {
        Assert.True(ReadMode.TryParse(word, out var mode));
        Assert.Equal(word, mode.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Local")]
    [InlineData("at-least")]
    [InlineData("at-least:")]
    [InlineData("at-least:-1")]
    [InlineData("at-least: 1")]
    [InlineData("at-least:9223372036854775808")]
    public void Anything_else_is_no_mode(string? word) => Assert.False(ReadMode.TryParse(word, out _));

    [Fact]
    public void Without_a_word_a_read_is_linearizable() => Assert.Equal(ReadMode.Linearizable, new Read(0).Mode);

    [Fact]
    public void Two_that_ask_for_another_entry_are_not_the_same()
    {
        Assert.Equal(ReadMode.AtLeast(3), ReadMode.AtLeast(3));
        Assert.NotEqual(ReadMode.AtLeast(3), ReadMode.AtLeast(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReadMode.AtLeast(-1));
    }
}
