namespace DLedger.Host;

/// <summary>A value as it holds, with nothing left to look up beside what stands in sections.</summary>
internal abstract record HoconFound
{
    private HoconFound()
    {
    }

    public sealed record Text(string Value) : HoconFound;

    public sealed record List(IReadOnlyList<HoconFound> Items) : HoconFound;

    /// <summary>Sections laid over each other; a later one comes before an earlier one.</summary>
    public sealed record Section(IReadOnlyList<HoconFields> Layers) : HoconFound
    {
        public IEnumerable<string> Keys => Layers.SelectMany(layer => layer.Keys).Distinct(StringComparer.Ordinal);

        public IReadOnlyList<HoconWritten> Of(string key) => Layers.Count == 1 ? Layers[0].Of(key) : [.. Layers.SelectMany(layer => layer.Of(key))];
    }
}
