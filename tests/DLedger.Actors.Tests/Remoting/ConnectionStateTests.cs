using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class ConnectionStateTests
{
    private readonly ConnectionState _state = new(At(0));

    [Fact]
    public void Nothing_is_sent_before_there_is_a_connection()
    {
        Assert.False(_state.IsUp);
        _state.Changed(began: true, isInbound: true, At(950));
        Assert.True(_state.IsUp);
        Assert.False(_state.MayTry(At(60_000)));
    }

    [Fact]
    public void Who_waits_for_the_connection_asks_after_a_second_whether_there_is_one_that_nobody_knows_of()
    {
        Assert.False(_state.MayTry(At(999)));
        Assert.True(_state.MayTry(At(1000)));
    }

    [Fact]
    public void Before_anything_is_known_one_failure_is_enough_to_wait_longer()
    {
        Assert.True(_state.MayTry(At(1000)));
        _state.Failed(isInbound: false, At(1001));
        Assert.False(_state.MayTry(At(2100)));
    }

    [Fact]
    public void While_there_is_none_the_wrong_side_tries_once_in_ten_seconds()
    {
        _state.Changed(began: true, isInbound: true, At(0));
        _state.Changed(began: false, isInbound: true, At(1000));
        Assert.False(_state.MayTry(At(10_999)));
        Assert.True(_state.MayTry(At(11_000)));
        Assert.False(_state.MayTry(At(11_001)));
        Assert.True(_state.MayTry(At(21_000)));
    }

    [Fact]
    public void Whoever_is_heard_is_connected_whatever_was_missed()
    {
        _state.Heard(At(1));
        Assert.True(_state.IsUp);
        _state.Changed(began: false, isInbound: true, At(1000));
        _state.Heard(At(1100));
        Assert.True(_state.IsUp);
    }

    [Fact]
    public void What_was_said_before_the_connection_ended_and_is_heard_behind_it_speaks_for_none()
    {
        _state.Changed(began: true, isInbound: true, At(0));
        _state.Changed(began: false, isInbound: true, At(1000));
        _state.Heard(At(1099));
        Assert.False(_state.IsUp);
    }

    [Fact]
    public void A_connection_from_there_that_fails_says_nothing_of_ours()
    {
        _state.Changed(began: true, isInbound: false, At(0));
        _state.Failed(isInbound: true, At(10));
        Assert.True(_state.IsUp);
    }

    [Fact]
    public void Being_heard_on_does_not_make_a_connection_look_new()
    {
        _state.Changed(began: true, isInbound: true, At(5));
        _state.Heard(At(700));
        Assert.Equal(At(5), _state.UnchangedSince);
    }

    [Fact]
    public void Of_two_inbound_connections_one_is_enough()
    {
        _state.Changed(began: true, isInbound: true, At(0));
        _state.Changed(began: true, isInbound: true, At(10));
        _state.Changed(began: false, isInbound: true, At(20));
        Assert.True(_state.IsUp);
        _state.Changed(began: false, isInbound: true, At(30));
        Assert.False(_state.IsUp);
    }

    [Fact]
    public void A_connection_that_could_not_be_made_also_says_that_it_ended_and_counts_once()
    {
        _state.Changed(began: true, isInbound: true, At(0));
        _state.Failed(isInbound: false, At(1));
        _state.Changed(began: false, isInbound: false, At(1));
        Assert.True(_state.IsUp);
    }

    [Fact]
    public void It_is_unchanged_since_its_last_change_and_not_while_there_is_none()
    {
        Assert.Equal(At(0), _state.UnchangedSince);
        _state.Failed(isInbound: false, At(1));
        Assert.Null(_state.UnchangedSince);
        _state.Changed(began: true, isInbound: false, At(5));
        Assert.Equal(At(5), _state.UnchangedSince);
        _state.Changed(began: false, isInbound: false, At(6));
        Assert.Null(_state.UnchangedSince);
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(milliseconds);
}
