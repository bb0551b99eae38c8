using System.Text.Json;
using System.Text.Json.Serialization;

namespace DLedger.Compare;

/// <summary>How records become lines.</summary>
internal static class Json
{
    /// <summary>What is computed from a row is computed again by whoever reads it; of a failed run it cannot be.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true,
    };
}
