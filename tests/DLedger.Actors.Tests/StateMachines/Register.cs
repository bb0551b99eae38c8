using System.Text;

namespace DLedger.Actors.Tests.StateMachines;

/// <summary>
/// Keeps what was written last, and replies with what was there before. It stops at a word, waits at another, and can be looked at from outside.
/// </summary>
internal sealed class Register : ILedgerStateMachine
{
    public const string Poison = "poison";

    /// <summary>Waited for before any entry.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public List<string> Applied { get; } = [];

    public List<LedgerLeadership> Leaderships { get; } = [];

    public string Value { get; private set; } = "";

    public void Apply(in CommittedEntries entries, LedgerReplies replies)
    {
        Gate.Wait();
        foreach (var entry in entries)
        {
            var text = Encoding.UTF8.GetString(entry.Body.Span);
            if (text == Poison) throw new InvalidOperationException("this is poison");
            replies.Add(Encoding.UTF8.GetBytes(Value));
            Value = text;
            lock (Applied) Applied.Add(text);
        }
    }

    public ReadOnlyMemory<byte> Query(ReadOnlyMemory<byte> question) => question.Span.SequenceEqual("throw"u8)
        ? throw new InvalidOperationException("a question that makes it throw")
        : Encoding.UTF8.GetBytes(Value);

    public ILedgerStateView TakeView() => throw new NotSupportedException();

    public void Restore(Stream source, int version) => throw new NotSupportedException();

    public void LeadershipChanged(LedgerLeadership leadership)
    {
        lock (Leaderships) Leaderships.Add(leadership);
    }
}
