using System.Text;
using DLedger.Core;
using DLedger.Node;
using Xunit;

namespace DLedger.Actors.Tests.StateMachines;

/// <summary>A machine with the ledger's part of its state, without Akka or a log.</summary>
public sealed class MachineRunnerTests
{
    private readonly Batch _noOp = Batch.Control(BatchKind.NoOp, Tail.Empty, new Term(1));

    [Fact]
    public void Safety_53_the_mark_is_saved_with_the_state_that_it_belongs_to()
    {
        var disk = new OnDisk();
        var runner = new MachineRunner(disk, Tail.Empty);
        Assert.Equal(-1, runner.AppliedEntry);
        var batch = Apply(runner, "one", "two");
        runner.Save();
        Assert.Equal("one two", disk.Saved);
        Apply(runner, "three");

        // Killed before the next save.
        var again = new MachineRunner(new OnDisk { Saved = disk.Saved, Mark = disk.Mark }, Tail.Empty);
        Assert.Equal(batch.Tail, again.Cursor.State.Tail);
        Assert.Equal(1, again.AppliedEntry);
    }

    [Fact]
    public void A_turn_without_anything_new_saves_nothing()
    {
        var disk = new OnDisk();
        var runner = new MachineRunner(disk, Tail.Empty);
        runner.Save();
        Assert.True(disk.Mark.IsEmpty);
    }

    [Fact]
    public void Safety_54_the_entry_that_makes_it_throw_is_named()
    {
        var runner = new MachineRunner(new Register(), Tail.Empty);
        Apply(runner, "one");
        var failure = Assert.Throws<StateMachineFailedException>(() => Apply(runner, "two", Register.Poison, "three"));
        Assert.Equal("the state machine failed at entry 2: this is poison", failure.Message);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public void A_state_of_a_later_version_or_with_a_strange_mark_is_refused()
    {
        var disk = new OnDisk { Version = 3 };
        var runner = new MachineRunner(disk, Tail.Empty);
        Apply(runner, "one");
        runner.Save();
        var older = Assert.Throws<StateMachineFailedException>(() => new MachineRunner(new OnDisk { Version = 2, Mark = disk.Mark }, Tail.Empty));
        Assert.Contains("version 3", older.Message, StringComparison.Ordinal);
        Assert.Throws<StateMachineFailedException>(() => new MachineRunner(new OnDisk { Mark = "not ours"u8.ToArray() }, Tail.Empty));
        Assert.Equal(0, new MachineRunner(new OnDisk { Version = 4, Mark = disk.Mark }, Tail.Empty).AppliedEntry);
    }

    [Fact]
    public void Safety_56_the_digest_follows_from_the_results()
    {
        var runner = new MachineRunner(new Register(), Tail.Empty);
        Apply(runner, "one", "two");
        Assert.Equal(ResultDigest.None.Chain(new EntryIndex(0), ""u8).Chain(new EntryIndex(1), "one"u8), runner.Cursor.State.Digest);
    }

    private Batch Apply(MachineRunner runner, params string[] bodies)
    {
        if (runner.Cursor.State.Tail == Tail.Empty) Next(_noOp);
        var batch = Batch.Entries(
            runner.Cursor.State.Tail, new Term(1), [.. bodies.Select(body => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(body))]);
        Next(batch);
        return batch;

        void Next(Batch next)
        {
            runner.Cursor.Committed(next.Index);
            Assert.True(runner.Cursor.MayApply(next));
            runner.Apply(next);
        }
    }

    private sealed class OnDisk : IDurableStateMachine
    {
        private readonly List<string> _words = [];

        public int Version { get; init; } = 1;

        public string Saved { get; set; } = "";

        public ReadOnlyMemory<byte> Mark { get; set; }

        public ReadOnlyMemory<byte> Open() => Mark;

        public void Apply(in CommittedEntries entries, LedgerReplies replies)
        {
            foreach (var entry in entries)
            {
                _words.Add(Encoding.UTF8.GetString(entry.Body.Span));
                replies.End();
            }
        }

        public void Save(ReadOnlySpan<byte> mark) => (Saved, Mark) = (string.Join(' ', _words), mark.ToArray());

        public ReadOnlyMemory<byte> Query(ReadOnlyMemory<byte> question) => default;

        public ILedgerStateView TakeView() => throw new NotSupportedException();

        public void Restore(Stream source, int version) => throw new NotSupportedException();
    }
}
