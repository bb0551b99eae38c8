using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>help [COMMAND]</c>, for those who do not write <c>--help</c>; the command line puts the one in place of the other.</summary>
internal sealed class HelpCommand : ICommand
{
    public const string Word = "help";

    private readonly Argument<string?> _about = new("COMMAND") { Arity = ArgumentArity.ZeroOrOne, Description = "The command." };

    public HelpCommand() => Definition = new Command(Word, "Show what a command takes, as COMMAND --help does.") { _about };

    public Command Definition { get; }

    public string[] Examples => ["dledger help append"];

    public Task<int> RunAsync(ParseResult parsed, CommandContext context) => 
        throw new UsageException(UsageProblem.OfCommand(parsed.GetValue(_about) ?? "", Definition.Parents.OfType<RootCommand>().Single()));
}
