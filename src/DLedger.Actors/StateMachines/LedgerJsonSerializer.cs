using System.Buffers;
using System.Text.Json;

namespace DLedger;

/// <summary>
/// JSON, by <c>System.Text.Json</c>. A family of commands is one type with <c>[JsonPolymorphic]</c> and a <c>[JsonDerivedType]</c> with a name for
/// each command.
/// </summary>
/// <param name="options">Null for the defaults.</param>
public sealed class LedgerJsonSerializer(JsonSerializerOptions? options = null) : ILedgerSerializer
{
    /// <summary>With the defaults.</summary>
    public static LedgerJsonSerializer Default { get; } = new();

    /// <inheritdoc/>
    public void Write<T>(T value, IBufferWriter<byte> target)
    {
        using var writer = new Utf8JsonWriter(target);
        JsonSerializer.Serialize(writer, value, options);
    }

    /// <inheritdoc/>
    public T Read<T>(ReadOnlyMemory<byte> source) => JsonSerializer.Deserialize<T>(source.Span, options)!;
}
