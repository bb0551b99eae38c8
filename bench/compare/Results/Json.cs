using System.Text.Json;
using System.Text.Json.Serialization;

namespace DLedger.Compare;

/// <summary>How records become lines.</summary>
internal static class Json
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
