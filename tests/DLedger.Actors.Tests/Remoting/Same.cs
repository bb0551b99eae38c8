using System.Collections;
using System.Reflection;
using DLedger.Core;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Whether two messages hold the same, down to the bytes: the equality of records stops at lists and memories.</summary>
internal static class Same
{
    public static bool Holds(object? left, object? right)
    {
        if (left is null || right is null) return left is null && right is null;
        if (left is IReadOnlyList<ReadOnlyMemory<byte>> leftBodies && right is IReadOnlyList<ReadOnlyMemory<byte>> rightBodies)
            return Lists(leftBodies, rightBodies);
        if (left is ReadOnlyMemory<byte> leftBytes) return right is ReadOnlyMemory<byte> rightBytes && leftBytes.Span.SequenceEqual(rightBytes.Span);
        if (left is Batch leftBatch) return right is Batch rightBatch && leftBatch.Encoded.Span.SequenceEqual(rightBatch.Encoded.Span);
        if (left is string) return left.Equals(right);
        if (left is IEnumerable leftItems) return right is IEnumerable rightItems && Lists(leftItems, rightItems);
        var type = left.GetType();
        if (type != right.GetType()) return false;
        if (type.IsValueType) return left.Equals(right);
        return type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .All(property => Holds(property.GetValue(left), property.GetValue(right)));
    }

    private static bool Lists(IEnumerable left, IEnumerable right)
    {
        var lefts = left.Cast<object?>().ToList();
        var rights = right.Cast<object?>().ToList();
        return lefts.Count == rights.Count && lefts.Zip(rights).All(pair => Holds(pair.First, pair.Second));
    }
}
