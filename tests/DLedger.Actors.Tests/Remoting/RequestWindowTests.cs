using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class RequestWindowTests
{
    private readonly SharedBudget _inAll = new(1_000);

    [Fact]
    public void There_is_room_until_too_much_is_unanswered_and_again_after_answers()
    {
        var window = new RequestWindow(3, 100, _inAll);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(window.HasRoom(10));
            window.Asked(10);
        }

        Assert.False(window.HasRoom(10));
        window.Answered();
        Assert.True(window.HasRoom(80));
        Assert.False(window.HasRoom(81));
    }

    [Fact]
    public void A_request_larger_than_the_window_is_let_in_alone()
    {
        var window = new RequestWindow(3, 100, _inAll);
        Assert.True(window.HasRoom(5_000));
        window.Asked(5_000);
        Assert.False(window.HasRoom(1));
        window.Answered();
        Assert.True(window.IsEmpty);
    }

    [Fact]
    public void What_others_have_asked_counts_and_what_ends_gives_its_room_back()
    {
        var inAll = new SharedBudget(2 << 20);
        var greedy = new RequestWindow(1_000, long.MaxValue, inAll);
        for (var i = 0; i < 16; i++) greedy.Asked(128 << 10);
        var another = new RequestWindow(1_000, long.MaxValue, inAll);
        another.Asked(200 << 10);
        Assert.False(another.HasRoom(100 << 10));
        greedy.Close();
        Assert.True(another.HasRoom(100 << 10));
        Assert.Equal(200 << 10, inAll.Bytes);
    }

    [Fact]
    public void Who_has_asked_little_is_not_held_up_by_what_others_have_asked()
    {
        var inAll = new SharedBudget(1 << 20);
        var greedy = new RequestWindow(1_000, long.MaxValue, inAll);
        greedy.Asked(int.MaxValue);
        var modest = new RequestWindow(1_000, long.MaxValue, inAll);
        for (var i = 0; i < 32; i++)
        {
            Assert.True(modest.HasRoom(1_000));
            modest.Asked(1_000);
        }
    }

    [Fact]
    public async Task Answers_that_make_no_room_keep_nobody_waiting_for_ever()
    {
        var inAll = new SharedBudget(1 << 20);
        inAll.Add(2 << 20);
        var window = new RequestWindow(1_000, long.MaxValue, inAll);
        for (var i = 0; i < 900; i++) window.Asked(1 << 10);
        using var end = new CancellationTokenSource();
        var answering = Task.Run(() =>
        {
            // One by one, for as long as the other waits: each wakes it, and none makes room for it.
            while (!end.IsCancellationRequested)
            {
                window.Asked(1 << 10);
                window.Answered();
            }
        });
        Assert.True(await Task.Run(() => window.WaitForRoom(1)).WaitAsync(Inbox.Deadline));
        await end.CancelAsync();
        await answering.WaitAsync(Inbox.Deadline);
    }

    [Fact]
    public async Task Who_waits_for_room_gets_it_with_an_answer_and_after_a_while_without_one()
    {
        var window = new RequestWindow(1, 100, _inAll);
        window.Asked(1);
        var waiting = Task.Run(() => window.WaitForRoom(1));
        window.Answered();
        Assert.True(await waiting.WaitAsync(Inbox.Deadline));

        // Answers that went elsewhere hold up nobody for ever.
        window.Asked(1);
        Assert.True(await Task.Run(() => window.WaitForRoom(1)).WaitAsync(Inbox.Deadline));
    }

    [Fact]
    public async Task Who_waits_when_the_connection_ends_is_told()
    {
        var window = new RequestWindow(1_000, long.MaxValue, _inAll);
        for (var i = 0; i < 1_000; i++) window.Asked(1);
        var waiting = Task.Run(() =>
        {
            while (window.WaitForRoom(1)) window.Asked(1);
        });
        window.Close();
        await waiting.WaitAsync(Inbox.Deadline);
        window.Close();
        Assert.Equal(0, _inAll.Bytes);
    }

    [Fact]
    public void Answers_without_questions_are_no_credit()
    {
        var window = new RequestWindow(1, 100, _inAll);
        for (var i = 0; i < 5; i++) window.Answered();
        window.Asked(1);
        Assert.False(window.HasRoom(1));
    }
}
