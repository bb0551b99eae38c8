namespace DLedger.Simulation;

/// <summary>A machine that keeps its state on a disk of its own, which outlives its node: state and mark change together, or not at all.</summary>
internal sealed class DurableChainMachine : ChainMachine, IDurableStateMachine
{
    private readonly Disk _disk;

    public DurableChainMachine(string node, ReplicaCheck check, Disk disk)
        : base(node, check) => _disk = disk;

    public ReadOnlyMemory<byte> Open()
    {
        State = _disk.State;
        return _disk.Mark;
    }

    public void Save(ReadOnlySpan<byte> mark)
    {
        var (before, after) = (_disk.FailBeforeSave, _disk.FailAfterSave);
        (_disk.FailBeforeSave, _disk.FailAfterSave) = (false, false);
        if (before) throw new IOException($"{Safety.InjectedFault}: the transaction was not written");
        _disk.State = State;
        _disk.Mark = mark.ToArray();
        _disk.Saves++;
        Check.Saved(Node, _disk.Mark, State);
        if (after) throw new IOException($"{Safety.InjectedFault}: the transaction was written, and nobody was told");
    }

    /// <summary>What is saved.</summary>
    internal sealed class Disk
    {
        public ChainState State { get; set; }

        public byte[] Mark { get; set; } = [];

        public int Saves { get; set; }

        /// <summary>The next save fails, with nothing written.</summary>
        public bool FailBeforeSave { get; set; }

        /// <summary>The next save fails, with everything written.</summary>
        public bool FailAfterSave { get; set; }
    }
}
