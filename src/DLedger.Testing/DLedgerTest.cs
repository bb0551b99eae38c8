namespace DLedger.Testing;

/// <summary>Groups for tests: in memory, on free ports of the loopback address, in this process.</summary>
/// <example>
/// <code>
/// await using var group = await DLedgerTest.StartAsync(members: 3);
/// await group.Client.AppendAsync("Hello World"u8.ToArray());
/// await group.KillAsync(await group.AwaitLeaderAsync());
/// await group.AwaitLeaderAsync();
/// </code>
/// </example>
public static class DLedgerTest
{
    /// <summary>Somebody else may take a port between the look at it and its use.</summary>
    private const int TriesMax = 5;

    /// <summary>
    /// Starts a group of members <c>n0</c>, <c>n1</c>, … They elect a leader from then on: <see cref="DLedgerTestGroup.AwaitLeaderAsync"/>.
    /// </summary>
    /// <param name="members">How many.</param>
    public static Task<DLedgerTestGroup> StartAsync(int members) => StartAsync(members, _ => { });

    /// <inheritdoc cref="StartAsync(int)"/>
    /// <param name="configure">Settings that differ from the defaults; ids, peers and durability are the group's own.</param>
    public static Task<DLedgerTestGroup> StartAsync(int members, Action<DLedgerOptions> configure) => StartAsync(members, configure, null);

    /// <inheritdoc cref="StartAsync(int, Action{DLedgerOptions})"/>
    /// <param name="stateMachine">Makes the state machine of the member with this id, at each of its starts; null for a plain log.</param>
    public static async Task<DLedgerTestGroup> StartAsync(
        int members, Action<DLedgerOptions> configure, Func<string, ILedgerStateMachine>? stateMachine)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        ArgumentNullException.ThrowIfNull(configure);
        for (var tries = 1; ; tries++)
        {
            var group = new DLedgerTestGroup(members, configure, stateMachine);
            try
            {
                await group.StartAllAsync().ConfigureAwait(false);
                return group;
            }
            catch (DLedgerStartException) when (tries < TriesMax)
            {
                await group.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await group.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }
}
