using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace DLedger.Core;

/// <summary>A promise of our own code, checked in production too. A broken one stops the group for good, with the reason.</summary>
internal static class Invariant
{
    public static void Holds([DoesNotReturnIf(false)] bool condition, string promise)
    {
        if (!condition) Broken(promise);
    }

    public static void Holds(
        [DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] ref PromiseText promise)
    {
        if (!condition) Broken(promise.ToStringAndClear());
    }

    [DoesNotReturn]
    private static void Broken(string promise) => throw new InvariantBrokenException(promise);

    /// <summary>Formats the text only when the promise is broken.</summary>
    [InterpolatedStringHandler]
    public ref struct PromiseText
    {
        private DefaultInterpolatedStringHandler _inner;

        public PromiseText(int literalLength, int formattedCount, bool condition, out bool enabled)
        {
            enabled = !condition;
            _inner = enabled ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string value) => _inner.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => _inner.AppendFormatted(value);

        public string ToStringAndClear() => _inner.ToStringAndClear();
    }
}
