namespace DLedger.Hosting;

/// <summary>
/// Names the ledger's actor in the container: <c>IRequiredActor&lt;LedgerActor&gt;</c> is <c>/user/dledger/{group}</c> of the application's
/// ActorSystem. It takes the messages of this namespace's parent, <see cref="Append"/>, <see cref="Read"/> and so on, and answers each once. With
/// several groups it is that of the first; select the others by path.
/// </summary>
public sealed class LedgerActor
{
    private LedgerActor()
    {
    }
}
