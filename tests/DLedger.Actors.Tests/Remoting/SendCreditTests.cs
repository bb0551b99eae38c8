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
        var room = Room(BytesMax);
        var taken = 0;
        while (_asked < 2)
        {
            Assert.True(room.Take(1_000));
            taken++;
        }

        // The last one was the first after the second question: what went out before it never exceeds what fits, with what the kernel adds to each.
        Assert.InRange((taken - 1) * 1_000, BytesMax / 4, BytesMax);
    }

    [Fact]
    public void A_frame_that_may_not_fit_is_never_taken_and_the_socket_not_even_asked()
    {
        Assert.False(Room(BytesMax).Take(BytesMax));
        Assert.False(Room(0).Take(0));
        Assert.False(Room(BytesMax).Take(int.MaxValue));
        Assert.Equal(0, _asked);
    }

    [Fact]
    public void A_full_socket_is_asked_again_at_every_frame_until_it_is_writable()
    {
        var room = Room(BytesMax);
        Assert.True(room.Take(BytesMax / 2));
        _writable = false;
        Assert.False(room.Take(BytesMax / 2));
        // Though this one would have fitted into what was left.
        Assert.False(room.Take(1));
        _writable = true;
        Assert.True(room.Take(1));
        Assert.Equal(4, _asked);
    }

    [Fact]
    public void What_was_written_past_it_leaves_no_room_until_the_socket_was_asked()
    {
        var room = Room(BytesMax);
        Assert.True(room.Take(1));
        room.Forget();
        _writable = false;
        Assert.False(room.Take(1));
    }

    [Fact]
    public void Room_that_was_seen_long_ago_is_asked_for_again()
    {
        var room = Room(BytesMax);
        Assert.True(room.Take(1));
        _nowMs += 1_000;
        Assert.True(room.Take(1));
        Assert.Equal(1, _asked);
        _nowMs++;
        _writable = false;
        Assert.False(room.Take(1));
    }

    private SendCredit Room(int bytesMax) => new(
        bytesMax,
        () =>
        {
            _asked++;
            return _writable;
        },
        () => _nowMs);
}
