namespace DLedger.Host;

/// <summary>
/// The fields of a section: for each key everything that was assigned to it, in the order of the file. What holds is only decided when all is read.
/// </summary>
internal sealed class HoconFields
{
    private readonly Dictionary<string, List<HoconWritten>> _assigned = new(StringComparer.Ordinal);

    public IEnumerable<string> Keys => _assigned.Keys;

    public IReadOnlyList<HoconWritten> Of(string key) => _assigned.GetValueOrDefault(key) ?? [];

    public void Add(string key, HoconWritten value)
    {
        if (_assigned.TryGetValue(key, out var values)) values.Add(value);
        else _assigned.Add(key, [value]);
    }

    /// <summary>Adds everything of another section behind what is here.</summary>
    public void AddAll(HoconFields other)
    {
        foreach (var (key, values) in other._assigned)
        {
            foreach (var value in values) Add(key, value);
        }
    }
}
