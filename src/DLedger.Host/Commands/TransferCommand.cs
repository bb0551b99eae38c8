using System.CommandLine;
using System.Diagnostics;

namespace DLedger.Host;

/// <summary><c>transfer --to ID</c> hands leadership over.</summary>
internal sealed class TransferCommand : ICommand
{
    private readonly CommonOptions _common = new();
    private readonly Option<string?> _to = OptionOf.Text("--to", "ID", "The member that shall lead.");
    private readonly Option<bool> _json = OptionOf.Flag("--json", "Print the outcome as JSON.");

    public TransferCommand()
    {
        _to.Required = true;
        Definition = new Command("transfer", "Hand leadership over to another member. Prints the new leader and its term.") { _to, _json };
        _common.AddClientOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger transfer --to n1 --peers \"n0-localhost:20911;n1-localhost:20912;n2-localhost:20913\""];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var target = _common.Target(parsed, context.Stop);
        var to = parsed.GetValue(_to)!;

        // With --host or --port only one member is known, and the leader knows the others.
        if (target.Members.Count > 1 && target.Members.All(member => member.Id != to))
            throw new UsageException(
                $"--to: '{to}' is not a member; the members are {string.Join(", ", target.Members.Select(member => member.Id))}");
        await using var client = await context.Runtime.ConnectAsync(target, context.Stop).ConfigureAwait(false);
        switch (await client.TransferAsync(to, context.Stop).ConfigureAwait(false))
        {
            case TransferResult.Transferred done:
                if (parsed.GetValue(_json)) Json(context.Terminal.Out, done);
                else context.Terminal.WriteLine($"{done.Leader} leads in term {done.Term}");
                return ExitCode.Done;
            case TransferResult.Failed failed:
                throw new OperationFailedException($"not transferred: {failed.Reason}");
            case TransferResult.Rejected { Reason: RejectReason.UnknownMember }:
                throw new UsageException($"--to: '{to}' is not a member");
            case TransferResult.Rejected rejected:
                throw new OperationFailedException($"not transferred: {Describe.Rejection(rejected.Reason, rejected.Detail)}");
            default:
                throw new UnreachableException();
        }
    }

    private static void Json(Stream output, TransferResult.Transferred done) => JsonLine.Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("leader", done.Leader);
        json.WriteNumber("term", done.Term);
        json.WriteEndObject();
    });
}
