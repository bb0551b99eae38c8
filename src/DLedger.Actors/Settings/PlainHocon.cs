using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DLedger;

/// <summary>
/// Copies a section of a parsed configuration without its references. Akka leaves those in the tree as they stand: one that leads back to itself
/// makes every look at it run out of stack, which ends the process, and an optional one, <c>${?name}</c>, becomes a reference to the whole file.
/// </summary>
internal sealed class PlainHocon
{
    private const int DepthMax = 100;
    private const int ValuesMax = 100_000;

    private readonly HashSet<HoconValue> _under = new(ReferenceEqualityComparer.Instance);
    private int _values;

    private PlainHocon()
    {
    }

    /// <summary>
    /// The section of that name, with what lies behind it in fallbacks, as plain layers, the first before the next. Throws
    /// <see cref="SettingsException"/>.
    /// </summary>
    public static IReadOnlyList<HoconValue> Layers(Config config, string section)
    {
        var layers = new List<HoconValue>();
        for (var layer = config; layer is not null; layer = layer.Fallback)
        {
            var found = layer.Root?.Values.OfType<HoconObject>().Select(root => root.GetKey(section)).FirstOrDefault(value => value is not null);
            if (found is not null) layers.Add(new PlainHocon().Copy(found, section));
        }

        return layers;
    }

    private HoconValue Copy(HoconValue value, string key)
    {
        if (_under.Count >= DepthMax || ++_values > ValuesMax)
            throw new SettingsException($"{SettingsText.Of(key)}: more than {DepthMax} sections within each other, or {ValuesMax} values.");
        if (!_under.Add(value)) throw new SettingsException($"{SettingsText.Of(key)}: refers to itself.");
        var copy = new HoconValue();
        HoconObject? section = null;
        HoconArray? list = null;
        foreach (var part in value.Values)
        {
            switch (part)
            {
                case HoconObject fields:
                    Merge(section ??= new HoconObject(), fields, key);
                    break;
                case HoconArray items:
                    list ??= [];
                    foreach (var item in items) list.Add(Copy(item, key));
                    break;
                case HoconSubstitution { Path: { Length: > 0 }, ResolvedValue: { } resolved }:
                    var target = Copy(resolved, key);
                    foreach (var of in target.Values)
                    {
                        if (of is HoconObject fields) Merge(section ??= new HoconObject(), fields, key);
                        else if (of is HoconArray items) (list ??= []).AddRange(items);
                        else copy.AppendValue(of);
                    }

                    break;
                case HoconSubstitution:
                    throw new SettingsException(
                        $"{SettingsText.Of(key)}: Akka's parser does not know optional references, ${{?name}}, and takes what follows for "
                        + $"something else; give the value, or leave the key out.");
                default:
                    copy.AppendValue(part);
                    break;
            }
        }

        _under.Remove(value);
        if (section is not null) copy.NewValue(section);
        else if (list is not null) copy.NewValue(list);
        return copy;
    }

    private void Merge(HoconObject into, HoconObject fields, string key)
    {
        foreach (var (name, value) in fields.Items)
        {
            var copy = Copy(value, $"{key}.{name}");
            if (into.GetKey(name) is { } before && before.IsObject() && copy.IsObject()) Merge(before.GetObject(), copy.GetObject(), key);
            else into.Items[name] = copy;
        }
    }
}
