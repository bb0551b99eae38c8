using System.Globalization;
using System.Text;
using Akka.Actor;

namespace DLedger.Simulation;

/// <summary>
/// What happened: a hash over every step of a run, by which two runs are compared, and the last steps in words for whoever reads a failure.
/// </summary>
internal sealed class Trace
{
    private readonly TraceStep[] _last;
    private readonly Dictionary<Type, ulong> _typeHashes = [];
    private readonly Dictionary<string, ulong> _textHashes = new(StringComparer.Ordinal);
    private long _written;

    public Trace(int keep) => _last = new TraceStep[keep];

    /// <summary>Over time, place and kind of every step so far.</summary>
    public ulong Hash { get; private set; } = StableHash.Seed;

    /// <summary>A step of the world: changes the hash.</summary>
    public void Step(TimeSpan at, string place, object what)
    {
        Hash = StableHash.Chain(StableHash.Chain(StableHash.Chain(Hash, (ulong)at.Ticks), HashOf(place)), HashOf(what));
        Note(at, place, what);
    }

    /// <summary>Something worth reading, such as a log line: not part of the hash.</summary>
    public void Note(TimeSpan at, string place, object what)
    {
        _last[_written % _last.Length] = new TraceStep(at, place, what);
        _written++;
    }

    /// <summary>The last steps, oldest first, one a line.</summary>
    public string LastSteps(int most = int.MaxValue)
    {
        var text = new StringBuilder();
        var count = Math.Min(Math.Min(_written, _last.Length), most);
        for (var i = _written - count; i < _written; i++)
        {
            var step = _last[i % _last.Length];
            text.Append(CultureInfo.InvariantCulture, $"{step.At.TotalMilliseconds,12:0.000} ms  {step.Place}  {Unwrap(step.What)}").AppendLine();
        }

        return text.ToString();
    }

    private static object Unwrap(object what) => what is IWrappedMessage wrapped ? wrapped.Message : what;

    private ulong HashOf(object what)
    {
        var inner = Unwrap(what);
        return inner is string text ? HashOf(text) : HashOf(inner.GetType());
    }

    private ulong HashOf(Type type)
    {
        if (!_typeHashes.TryGetValue(type, out var hash)) _typeHashes[type] = hash = StableHash.Of(type.Name);
        return hash;
    }

    private ulong HashOf(string text)
    {
        if (!_textHashes.TryGetValue(text, out var hash)) _textHashes[text] = hash = StableHash.Of(text);
        return hash;
    }
}
