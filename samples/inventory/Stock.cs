using System.Text.Json;
using System.Text.Json.Serialization;
using DLedger;

namespace Inventory;

/// <summary>What the stock is told, and asked.</summary>
[JsonPolymorphic]
[JsonDerivedType(typeof(Change), "change")]
[JsonDerivedType(typeof(Count), "count")]
public abstract record Order(string Item);

/// <summary>So many more of an item, or fewer. There are never fewer than none.</summary>
public sealed record Change(string Item, int By) : Order(Item);

/// <summary>How many of an item are there?</summary>
public sealed record Count(string Item) : Order(Item);

/// <summary>How many there are now, and whether what was asked for was done.</summary>
public sealed record Level(string Item, long Count, bool Done);

/// <summary>What all entries add up to. Each member has one; they are all alike, since nothing but entries changes them.</summary>
public sealed class Stock : LedgerStateMachine<Order, Level>
{
    private SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public override Level Apply(in CommittedEntry<Order> entry)
    {
        if (entry.Command is not Change change) return Query(entry.Command);
        var count = _counts.GetValueOrDefault(change.Item) + change.By;

        // Refused is a reply too: the next one finds the stock as it was.
        if (count < 0) return new Level(change.Item, _counts.GetValueOrDefault(change.Item), Done: false);
        _counts[change.Item] = count;
        return new Level(change.Item, count, Done: true);
    }

    public override Level Query(Order question) => new(question.Item, _counts.GetValueOrDefault(question.Item), Done: true);

    // Only this application appends; whatever else gets into the log changes nothing, and does not stop the group.
    protected override Level Unreadable(in CommittedEntry entry, Exception why) => new("", 0, Done: false);

    public override ILedgerStateView TakeView() => new View(JsonSerializer.SerializeToUtf8Bytes(_counts));

    public override void Restore(Stream source, int version) =>
        _counts = new SortedDictionary<string, long>(JsonSerializer.Deserialize<Dictionary<string, long>>(source)!, StringComparer.Ordinal);

    private sealed class View(byte[] json) : ILedgerStateView
    {
        public void WriteTo(Stream target) => target.Write(json);

        public void Dispose()
        {
        }
    }
}
