using Akka.Actor;

namespace DLedger.Processes.Tests;

/// <summary>
/// By plain messages to one member, each sent once. It goes where the member points to, and on to the next one when there is no answer; now and then
/// it asks a member of its own choice, so that all get requests that they must refuse.
/// </summary>
internal sealed class MemberEntryPoint(ActorSystem system, IReadOnlyList<string> addresses, int first, TimeSpan timeout, Random dice) : IEntryPoint
{
    private const int StrayOneIn = 25;

    private int _member = first;
    private string _address = addresses[first];

    public async Task<AppendResult?> AppendAsync(ReadOnlyMemory<byte> body)
    {
        var answer = await AskAsync<AppendResult>(new Append(body));
        if (answer is AppendResult.Rejected rejected) GoTo(rejected.LeaderAddress);
        return answer;
    }

    public async Task<ReadResult?> ReadAsync(Read read)
    {
        var answer = await AskAsync<ReadResult>(read);
        if (answer is ReadResult.Rejected rejected) GoTo(rejected.LeaderAddress);
        return answer;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T?> AskAsync<T>(DLedgerMessage message)
        where T : DLedgerMessage
    {
        if (dice.Next(StrayOneIn) == 0) _address = addresses[dice.Next(addresses.Count)];
        try
        {
            return await system.ActorSelection(DLedgerSystem.PathOf(_address, ServerGroup.GroupName)).Ask<T>(message, timeout);
        }
        catch (AskTimeoutException)
        {
            GoTo(null);
            return null;
        }
    }

    private void GoTo(string? leader)
    {
        _member = (_member + 1) % addresses.Count;
        _address = leader ?? addresses[_member];
    }
}
