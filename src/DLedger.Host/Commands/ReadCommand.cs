using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>read -k KEY</c> prints what a key of the register has.</summary>
internal sealed class ReadCommand : ICommand
{
    private readonly CommonOptions _common = new();
    private readonly Option<string?> _key = OptionOf.Text("--key", "KEY", "Which one: any text.", "-k");
    private readonly Option<string> _mode = ReadModes.Option();

    public ReadCommand()
    {
        _key.Required = true;
        Definition = new Command("read", "Print the value of a key of the register (server --state-machine register).") { _key, _mode };
        _common.AddReaderOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger read -k 13", "dledger read -k 13 --mode local --port 20912"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var key = parsed.GetValue(_key)!;
        await using var client = await context.Runtime.ConnectAsync(_common.Target(parsed, context.Stop), context.Stop).ConfigureAwait(false);
        var value = await RegisterClient.ReadAsync(client, key, ReadModes.Of(parsed, _mode), context.Stop).ConfigureAwait(false);
        context.Terminal.WriteLine(value ?? throw new OperationFailedException($"key '{key}' has no value"));
        return ExitCode.Done;
    }
}
