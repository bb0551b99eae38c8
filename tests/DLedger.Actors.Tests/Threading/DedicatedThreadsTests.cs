using System.Collections.Concurrent;
using Akka.Dispatch;
using DLedger.Threading;
using Xunit;

namespace DLedger.Actors.Tests.Threading;

public sealed class DedicatedThreadsTests : IDisposable
{
    private readonly List<DedicatedThreads> _all = [];
    private readonly ConcurrentQueue<Exception> _thrown = new();

    public void Dispose()
    {
        foreach (var threads in _all) threads.Shutdown();
    }

    [Fact]
    public void The_first_that_is_made_ready_runs_next_on_the_same_thread_and_further_ones_on_others()
    {
        var threads = Of(2);
        using var bothRan = new CountdownEvent(2);
        Thread? one = null, first = null, second = null;
        threads.Execute(new Run(() =>
        {
            one = Thread.CurrentThread;
            threads.Execute(new Run(() =>
            {
                // The other does not wait for this one.
                first = Thread.CurrentThread;
                bothRan.Signal();
                bothRan.Wait();
            }));
            threads.Execute(new Run(() =>
            {
                second = Thread.CurrentThread;
                bothRan.Signal();
            }));
        }));
        bothRan.Wait();
        Assert.Same(one, first);
        Assert.NotSame(one, second);
    }

    [Fact]
    public void What_keeps_making_itself_ready_lets_others_run()
    {
        var threads = Of(1);
        using var ended = new ManualResetEventSlim();
        var other = false;
        void Again()
        {
            if (Volatile.Read(ref other)) ended.Set();
            else threads.Execute(new Run(Again));
        }

        threads.Execute(new Run(Again));
        threads.Execute(new Run(() => Volatile.Write(ref other, true)));
        ended.Wait();
    }

    [Fact]
    public void A_lent_thread_runs_what_it_made_ready_and_what_that_makes_ready()
    {
        var threads = Of(1);
        var ran = new List<Thread>();
        BorrowedThread.Begin();
        threads.Execute(new Run(() =>
        {
            ran.Add(Thread.CurrentThread);
            threads.Execute(new Run(() => ran.Add(Thread.CurrentThread)));
        }));
        Assert.Empty(ran);
        BorrowedThread.RunReady();
        Assert.Equal([Thread.CurrentThread, Thread.CurrentThread], ran);
    }

    [Fact]
    public void A_borrowed_thread_that_has_other_things_to_do_hands_off_what_it_made_ready()
    {
        var threads = Of(1);
        using var done = new ManualResetEventSlim();
        Thread? ran = null;
        BorrowedThread.Begin();
        threads.Execute(new Run(() =>
        {
            ran = Thread.CurrentThread;
            done.Set();
        }));
        Assert.Null(ran);
        BorrowedThread.HandOff();
        done.Wait();
        Assert.NotSame(Thread.CurrentThread, ran);
    }

    [Fact]
    public void A_thread_that_is_not_lent_any_more_keeps_nothing()
    {
        var threads = Of(1);
        using var done = new CountdownEvent(2);
        BorrowedThread.Begin();
        BorrowedThread.RunReady();
        threads.Execute(new Run(() => done.Signal()));
        BorrowedThread.Begin();
        BorrowedThread.HandOff();
        threads.Execute(new Run(() => done.Signal()));
        done.Wait();
    }

    [Fact]
    public void What_may_wait_never_runs_on_a_lent_thread()
    {
        var waiting = Of(1, borrows: false);
        using var done = new ManualResetEventSlim();
        Thread? waited = null;
        BorrowedThread.Begin();
        waiting.Execute(new Run(() =>
        {
            waited = Thread.CurrentThread;
            done.Set();
        }));
        // It is under way already, on a thread of its own.
        done.Wait();
        BorrowedThread.RunReady();
        Assert.NotSame(Thread.CurrentThread, waited);
    }

    [Fact]
    public void What_is_passed_on_to_threads_that_have_ended_is_dropped_and_what_is_given_to_them_refused()
    {
        var threads = Of(1);
        BorrowedThread.Begin();
        threads.Execute(new Run(() => Assert.Fail("It had ended.")));
        threads.Shutdown();
        BorrowedThread.HandOff();
        Assert.Throws<RejectedExecutionException>(() => threads.Execute(new Run(() => { })));
    }

    [Fact]
    public void What_throws_ends_neither_the_thread_nor_the_process_and_is_told()
    {
        var threads = Of(1);
        using var done = new ManualResetEventSlim();
        threads.Execute(new Run(() =>
        {
            // The next on this thread throws as well.
            threads.Execute(new Run(() => throw new InvalidCastException("second")));
            throw new InvalidOperationException("first");
        }));
        threads.Execute(new Run(done.Set));
        done.Wait();
        Assert.Equal(["first", "second"], _thrown.Select(failure => failure.Message));
    }

    [Fact]
    public void What_throws_on_a_lent_thread_is_told_and_the_thread_goes_on()
    {
        var threads = Of(1);
        BorrowedThread.Begin();
        threads.Execute(new Run(() => throw new InvalidOperationException("on a thread of the store")));
        BorrowedThread.RunReady();
        Assert.Single(_thrown);
    }

    private DedicatedThreads Of(int threads, bool borrows = true)
    {
        var made = new DedicatedThreads("test", threads, borrows, (_, failure) => _thrown.Enqueue(failure));
        _all.Add(made);
        return made;
    }

    private sealed class Run(Action action) : IRunnable
    {
        void IRunnable.Run() => action();

        void IThreadPoolWorkItem.Execute() => action();
    }
}
