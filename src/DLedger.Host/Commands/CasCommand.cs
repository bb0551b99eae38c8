using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>cas -k KEY --expect OLD -v NEW</c> sets a key of the register, if it has the value that is expected.</summary>
internal sealed class CasCommand : ICommand
{
    private readonly CommonOptions _common = new();
    private readonly Option<string?> _key = OptionOf.Text("--key", "KEY", "Which one: any text.", "-k");
    private readonly Option<string?> _expected = OptionOf.Text("--expect", "VALUE", "What it must have. Without this: nothing yet.", "-e");
    private readonly Option<string?> _value = OptionOf.Text("--value", "VALUE", "What it is set to: any text.", "-v");

    public CasCommand()
    {
        _key.Required = _value.Required = true;
        const string What = "Set a key of the register, if its value is the expected one. Prints the index of the entry; fails if it is not.";
        Definition = new Command("cas", What)
        {
            _key, _expected, _value,
        };
        _common.AddClientOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger cas -k 13 --expect 31 -v 32", "dledger cas -k 14 -v 1"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var key = parsed.GetValue(_key)!;
        var order = new RegisterOrder(RegisterOp.CompareAndSet, key, parsed.GetValue(_expected), parsed.GetValue(_value)!);
        await using var client = await context.Runtime.ConnectAsync(_common.Target(parsed, context.Stop), context.Stop).ConfigureAwait(false);
        var (index, reply) = await RegisterClient.ExecuteAsync(client, order, context.Stop).ConfigureAwait(false);
        if (!reply.Done) throw new OperationFailedException($"not set: key '{key}' has {(reply.Value is { } value ? $"'{value}'" : "no value")}");
        context.Terminal.WriteLine($"{index}");
        return ExitCode.Done;
    }
}
