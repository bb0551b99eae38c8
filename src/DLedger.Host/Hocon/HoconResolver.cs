using System.Diagnostics;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DLedger.Host;

/// <summary>
/// Decides what holds: puts the assignments of each key together, looks references up, in the file and then in the environment, and hands Akka a tree
/// of plain values.
/// </summary>
/// <remarks>
/// A section is looked into before it is put together, so that a value in it may refer to its neighbour. A key that refers to itself gets what was
/// assigned to it before. Steps, depth and size are bounded, since ten lines of a file can ask for a value of any size.
/// </remarks>
internal sealed class HoconResolver
{
    private const int StepsMax = 200_000;
    private const long CharsMax = 16 << 20;

    private readonly string _source;
    private readonly HoconFields _root;
    private readonly Func<string, string?> _environment;
    private readonly HashSet<HoconWritten> _underWay = new(ReferenceEqualityComparer.Instance);
    private int _steps;
    private long _chars;

    private HoconResolver(string source, HoconFields root, Func<string, string?> environment)
    {
        _source = source;
        _root = root;
        _environment = environment;
    }

    /// <summary>Throws <see cref="HoconException"/>.</summary>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="root">The file.</param>
    /// <param name="environment">The value of a variable; null when there is none.</param>
    public static Config Resolve(string source, HoconFields root, Func<string, string?> environment) =>
        new(new HoconRoot(new HoconResolver(source, root, environment).Plain(new HoconFound.Section([root]), 0, "")));

    private HoconValue Plain(HoconFound found, int depth, string key)
    {
        if (depth > HoconParser.DepthMax)
            throw new HoconException(
                $"{_source}: {Shown(key)} holds itself, or more than {HoconParser.DepthMax} sections or lists within each other");
        var value = new HoconValue();
        switch (found)
        {
            case HoconFound.Text text:
                value.AppendValue(new HoconLiteral { Value = text.Value });
                break;
            case HoconFound.List list:
                var items = new HoconArray();
                foreach (var item in list.Items) items.Add(Plain(item, depth + 1, key));
                value.AppendValue(items);
                break;
            case HoconFound.Section section:
                var fields = new HoconObject();
                foreach (var name in section.Keys)
                {
                    if (Look(section, name, out _) is { } holds)
                        fields.Items[name] = Plain(holds, depth + 1, key.Length == 0 ? name : $"{key}.{name}");
                }

                value.AppendValue(fields);
                break;
            default:
                throw new UnreachableException();
        }

        return value;
    }

    /// <summary>
    /// What a key of a section holds; null when nothing does. Only what is assigned before an assignment that is being evaluated counts.
    /// </summary>
    private HoconFound? Look(HoconFound.Section section, string key, out bool isCut)
    {
        var assigned = section.Of(key);
        var end = 0;
        while (end < assigned.Count && !_underWay.Contains(assigned[end])) end++;
        isCut = end < assigned.Count;
        HoconFound? holds = null;
        for (var i = end - 1; i >= 0; i--)
        {
            var before = Evaluate(assigned[i]);
            if (before is null) continue;
            if (holds is null) holds = before;
            else if (
                before is HoconFound.Section lower
                    && holds is HoconFound.Section upper) holds = new HoconFound.Section([.. lower.Layers, .. upper.Layers]);
            else return holds;
            if (holds is not HoconFound.Section) return holds;
        }

        return holds;
    }

    private HoconFound? Evaluate(HoconWritten written)
    {
        if (++_steps > StepsMax) throw new HoconException($"{written.Place}: the file asks for more than {StepsMax} values");
        if (_underWay.Count > HoconParser.DepthMax)
            throw new HoconException($"{written.Place}: values refer to each other more than {HoconParser.DepthMax} deep");
        _underWay.Add(written);
        var found = Together([.. written.Parts.Select(Of)], written.Place);
        _underWay.Remove(written);
        return found;
    }

    private HoconFound? Of(HoconPart part) => part switch
    {
        HoconPart.Text text => new HoconFound.Text(text.Value),
        HoconPart.Space space => new HoconFound.Text(space.Value),
        HoconPart.Section section => new HoconFound.Section([section.Fields]),
        HoconPart.List list => new HoconFound.List([.. list.Items.Select(Evaluate).OfType<HoconFound>()]),
        HoconPart.Reference reference => Refer(reference),
        _ => throw new UnreachableException(),
    };

    /// <summary>Values beside each other: one text, one list, or one section.</summary>
    private HoconFound? Together(IReadOnlyList<HoconFound?> parts, string place)
    {
        var given = parts.OfType<HoconFound>().ToList();
        if (given.Count <= 1 && given.Count == parts.Count) return Counted(given.Count == 0 ? null : given[0], place);
        if (given.All(part => part is HoconFound.Text text && string.IsNullOrWhiteSpace(text.Value)) && given.Count < parts.Count) return null;
        if (given.All(part => part is HoconFound.Text))
            return Counted(new HoconFound.Text(string.Concat(given.Select(part => ((HoconFound.Text)part).Value)).Trim()), place);
        given.RemoveAll(part => part is HoconFound.Text text && string.IsNullOrWhiteSpace(text.Value));
        if (given.All(part => part is HoconFound.Section))
            return new HoconFound.Section([.. given.SelectMany(part => ((HoconFound.Section)part).Layers)]);
        if (given.All(part => part is HoconFound.List)) return new HoconFound.List([.. given.SelectMany(part => ((HoconFound.List)part).Items)]);
        throw new HoconException($"{place}: a text, a list and a section cannot be one value");
    }

    private HoconFound? Counted(HoconFound? found, string place)
    {
        if (found is HoconFound.Text text && (_chars += text.Value.Length) > CharsMax)
            throw new HoconException($"{place}: the file asks for more than {CharsMax} characters");
        return found;
    }

    private HoconFound? Refer(HoconPart.Reference reference)
    {
        var isCut = false;
        if (reference.Within.Count > 0 && Find([.. reference.Within, .. reference.Path], ref isCut) is { } below) return below;
        if (Find(reference.Path, ref isCut) is { } found) return found;
        if (_environment(string.Join('.', reference.Path)) is { } variable) return new HoconFound.Text(variable);
        if (reference.IsOptional) return null;
        throw new HoconException(
            isCut ? $"{reference.Place}: {Shown(reference.ToString())} leads back to itself"
                : $"{reference.Place}: {Shown(reference.ToString())} is set neither in the file nor in the environment; ${{?…}} stands for a "
                    + $"value that need not be there");
    }

    private HoconFound? Find(IReadOnlyList<string> path, ref bool isCut)
    {
        HoconFound? found = new HoconFound.Section([_root]);
        foreach (var name in path)
        {
            if (found is not HoconFound.Section section) return null;
            found = Look(section, name, out var cut);
            isCut |= cut;
        }

        return found;
    }

    private static string Shown(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
