using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DLedger;

/// <summary>
/// Builds a section of a configuration key by key, as objects: whatever characters a value holds, it stays a value.
/// </summary>
internal sealed class HoconSection
{
    private readonly HoconObject _fields = new();

    /// <summary>Sets a key, such as <c>store.page-bytes</c>; null leaves it as it is elsewhere.</summary>
    public void Set(string path, string? text)
    {
        if (text is not null) Value(path).NewValue(new HoconLiteral { Value = text });
    }

    /// <inheritdoc cref="Set(string, string?)"/>
    public void Set(string path, IEnumerable<string>? texts)
    {
        if (texts is null) return;
        var list = new HoconArray();
        foreach (var text in texts)
        {
            var item = new HoconValue();
            item.NewValue(new HoconLiteral { Value = text });
            list.Add(item);
        }

        Value(path).NewValue(list);
    }

    /// <summary>The section under its name.</summary>
    public Config Under(string name)
    {
        var section = new HoconValue();
        section.NewValue(_fields);
        var root = new HoconObject();
        root.Items[name] = section;
        var value = new HoconValue();
        value.NewValue(root);
        return new Config(new HoconRoot(value));
    }

    private HoconValue Value(string path)
    {
        var keys = path.Split('.');
        var fields = _fields;
        foreach (var key in keys[..^1])
        {
            var section = fields.GetOrCreateKey(key);
            if (!section.IsObject()) section.NewValue(new HoconObject());
            fields = section.GetObject();
        }

        return fields.GetOrCreateKey(keys[^1]);
    }
}
