using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>write -k KEY -v VALUE</c> sets a key of the register.</summary>
internal sealed class WriteCommand : ICommand
{
    private readonly CommonOptions _common = new();
    private readonly Option<string?> _key = OptionOf.Text("--key", "KEY", "Which one: any text.", "-k");
    private readonly Option<string?> _value = OptionOf.Text("--value", "VALUE", "What it is set to: any text.", "-v");

    public WriteCommand()
    {
        _key.Required = _value.Required = true;
        const string What = "Set a key of the register (server --state-machine register). Prints the index of the entry.";
        Definition = new Command("write", What) { _key, _value };
        _common.AddClientOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger write -k 13 -v 31", "dledger write -k colour -v green --port 20912"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var order = new RegisterOrder(RegisterOp.Write, parsed.GetValue(_key)!, null, parsed.GetValue(_value)!);
        await using var client = await context.Runtime.ConnectAsync(_common.Target(parsed, context.Stop), context.Stop).ConfigureAwait(false);
        var (index, _) = await RegisterClient.ExecuteAsync(client, order, context.Stop).ConfigureAwait(false);
        context.Terminal.WriteLine($"{index}");
        return ExitCode.Done;
    }
}
