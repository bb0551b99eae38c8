using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>What all roles of one run of a group share; nothing in it changes but the counter.</summary>
internal sealed record RoleContext(NodeEnvironment Environment, Origin Origin, IGroupLog Log, Strangers Strangers)
{
    public DLedgerSettings Settings => Environment.Settings;

    public string Self => Settings.Id;

    public Member Member(string id) => Settings.Members.Single(member => member.Id == id);
}
