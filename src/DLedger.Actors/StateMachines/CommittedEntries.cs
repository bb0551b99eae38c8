using DLedger.Core;

namespace DLedger;

/// <summary>Neighbouring entries of one term and one log time, for <c>foreach</c>. Nothing is copied, and nothing allocated.</summary>
public readonly struct CommittedEntries : IEquatable<CommittedEntries>
{
    private readonly Batch _batch;

    internal CommittedEntries(Batch batch) => _batch = batch;

    /// <summary>How many; at least one.</summary>
    public int Count => _batch.Count;

    /// <summary>The index of the first; the others follow without gaps.</summary>
    public long FirstIndex => _batch.FirstEntry.Value;

    /// <inheritdoc cref="CommittedEntry.Term"/>
    public long Term => _batch.Term.Value;

    /// <inheritdoc cref="CommittedEntry.LogTime"/>
    public TimeSpan LogTime => new(_batch.Time.Microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(_batch);

    /// <inheritdoc/>
    public bool Equals(CommittedEntries other) => ReferenceEquals(_batch, other._batch);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CommittedEntries other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_batch);

    /// <summary>Whether they are the same entries.</summary>
    public static bool operator ==(CommittedEntries left, CommittedEntries right) => left.Equals(right);

    /// <summary>Whether they are other entries.</summary>
    public static bool operator !=(CommittedEntries left, CommittedEntries right) => !left.Equals(right);

    /// <summary>Walks over the entries.</summary>
    public struct Enumerator
    {
        private readonly Batch _batch;
        private readonly TimeSpan _time;
        private BatchBodies _bodies;
        private long _index;

        internal Enumerator(Batch batch)
        {
            _batch = batch;
            _time = new CommittedEntries(batch).LogTime;
            _bodies = batch.Bodies;
            _index = batch.FirstEntry.Value - 1;
        }

        /// <summary>The entry that <see cref="MoveNext"/> has come to.</summary>
        public readonly CommittedEntry Current => new(_index, _batch.Term.Value, _time, _bodies.Current);

        /// <summary>False: there are no more.</summary>
        public bool MoveNext()
        {
            _index++;
            return _bodies.MoveNext();
        }
    }
}
