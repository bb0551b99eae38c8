using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>completion bash|zsh|fish</c> prints a script by which a shell completes commands and options.</summary>
internal sealed class CompletionCommand : ICommand
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish." };

    public CompletionCommand() =>
        Definition = new Command("completion", "Print a script by which bash, zsh or fish completes commands and options.") { _shell };

    public Command Definition { get; }

    public string[] Examples =>
    [
        "dledger completion bash > ~/.local/share/bash-completion/completions/dledger",
        "dledger completion zsh > \"${fpath[1]}/_dledger\"",
        "dledger completion fish > ~/.config/fish/completions/dledger.fish",
    ];

    public Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var shell = parsed.GetValue(_shell);
        var script = new CompletionScript(Definition.Parents.OfType<RootCommand>().Single());
        context.Terminal.WriteLines(shell switch
        {
            "bash" => script.Bash(),
            "zsh" => script.Zsh(),
            "fish" => script.Fish(),
            _ => throw new UsageException($"'{shell}' is none of bash, zsh, fish"),
        });
        return Task.FromResult(ExitCode.Done);
    }
}
