using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Writing without asking the socket each time.</summary>
public sealed class SendCreditTests
{
    private const int BytesMax = 64 << 10;

    private int _asked;
    private bool _writable = true;
    private long _nowMs = 100_000;

    [Fact]
    public void The_socket_is_asked_once_for_many_small_frames_and_again_when_they_could_have_filled_it()
    {
        var credit = Credit(BytesMax);
        var taken = 0;
        while (_asked < 2)
        {
            Assert.True(credit.Take(1_000));
            taken++;
        }

        // The last one was the first after the second question: what went out before it never exceeds what fits, with what the kernel adds to each.
        Assert.InRange((taken - 1) * 1_000, BytesMax / 4, BytesMax);
    }

    [Fact]
    public void A_frame_that_may_not_fit_is_never_taken_and_the_socket_not_even_asked()
    {
        Assert.False(Credit(BytesMax).Take(BytesMax));
        Assert.False(Credit(0).Take(0));
        Assert.False(Credit(BytesMax).Take(int.MaxValue));
        Assert.Equal(0, _asked);
    }

    [Fact]
    public void A_full_socket_is_asked_again_at_every_frame_until_it_is_writable()
    {
        var credit = Credit(BytesMax);
        Assert.True(credit.Take(BytesMax / 2));
        _writable = false;
        Assert.False(credit.Take(BytesMax / 2));
        // Though this one would have fitted into what was left.
        Assert.False(credit.Take(1));
        _writable = true;
        Assert.True(credit.Take(1));
        Assert.Equal(4, _asked);
    }

    [Fact]
    public void What_was_written_past_it_leaves_no_room_until_the_socket_was_asked()
    {
        var credit = Credit(BytesMax);
        Assert.True(credit.Take(1));
        credit.Forget();
        _writable = false;
        Assert.False(credit.Take(1));
    }

    [Fact]
    public void Credit_that_was_seen_long_ago_is_asked_for_again()
    {
        var credit = Credit(BytesMax);
        Assert.True(credit.Take(1));
        _nowMs += 1_000;
        Assert.True(credit.Take(1));
        Assert.Equal(1, _asked);
        _nowMs++;
        _writable = false;
        Assert.False(credit.Take(1));
    }

    private SendCredit Credit(int bytesMax) => new(
        bytesMax,
        () =>
        {
            _asked++;
            return _writable;
        },
        () => _nowMs);
}
