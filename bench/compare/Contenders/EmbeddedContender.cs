namespace DLedger.Compare;

/// <summary>This project inside the application: appended to at the leader's own system.</summary>
internal sealed class EmbeddedContender(DLedgerClient client) : IContender
{
    public static async Task<IContender> ConnectAsync(LoadPlan plan, CancellationToken stop)
    {
        var members = OwnMembers.Start(OwnMembers.Make(), plan.Folder);
        return new EmbeddedContender(await members.AtLeaderAsync(stop).ConfigureAwait(false));
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> body) => ClientContender.AppendAsync(client, body);
}
