using System.Text.Json;

namespace DLedger.Host;

/// <summary>
/// <c>server --state-machine register</c>: a value for each key, in memory. An entry that is no order, which anybody can append, is refused and
/// changes nothing.
/// </summary>
internal sealed class RegisterMachine : ILedgerStateMachine
{
    private static readonly RegisterReply Refused = new(Done: false, null);

    private SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public void Apply(in CommittedEntries entries, LedgerReplies replies)
    {
        foreach (var entry in entries) replies.Add(Apply(RegisterOrder.TryDecode(entry.Body)).Encode());
    }

    public ReadOnlyMemory<byte> Query(ReadOnlyMemory<byte> question) =>
        RegisterOrder.TryDecode(question) is { Op: RegisterOp.Read } order
            ? Apply(order).Encode()
            : throw new ArgumentException("the register answers what a key has, and nothing else");

    public ILedgerStateView TakeView() => new View(JsonSerializer.SerializeToUtf8Bytes(_values));

    public void Restore(Stream source, int version) =>
        _values = new SortedDictionary<string, string>(JsonSerializer.Deserialize<Dictionary<string, string>>(source)!, StringComparer.Ordinal);

    /// <summary>Null for what is no order.</summary>
    internal RegisterReply Apply(RegisterOrder? order)
    {
        if (order is null) return Refused;
        var before = _values.GetValueOrDefault(order.Key);
        if (order.Op == RegisterOp.Read) return new RegisterReply(Done: true, before);
        if (order.Op == RegisterOp.CompareAndSet && order.Expected != before) return new RegisterReply(Done: false, before);
        _values[order.Key] = order.Value!;
        return new RegisterReply(Done: true, before);
    }

    private sealed class View(byte[] json) : ILedgerStateView
    {
        public void WriteTo(Stream target) => target.Write(json);

        public void Dispose()
        {
        }
    }
}
