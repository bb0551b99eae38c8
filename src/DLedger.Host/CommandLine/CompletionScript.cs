using System.CommandLine;
using System.Text;

namespace DLedger.Host;

/// <summary>Scripts for shells, made from the commands as they are; they run nothing, so that a tab answers at once.</summary>
internal sealed class CompletionScript(RootCommand root)
{
    /// <summary>Options whose value is a file or a folder.</summary>
    private static readonly string[] Files = ["FILE", "DIR"];

    public string Bash()
    {
        var script = new StringBuilder(
            "# bash completion of dledger\n_dledger() {\n    local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\" "
            + "words=\"\"\n");
        script.Append("    case \"$before\" in\n");
        foreach (var (option, values) in Choices()) script.Append($"        {option}) words=\"{values}\" ;;\n");
        script.Append($"        {string.Join('|', FileOptions())}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n    esac\n");
        script.Append("    if [ -z \"$words\" ]; then\n        case \"${COMP_WORDS[1]}\" in\n");
        foreach (var command in root.Subcommands) script.Append($"            {command.Name}) words=\"{string.Join(' ', WordsOf(command))}\" ;;\n");
        script.Append("        esac\n        [ \"$COMP_CWORD\" -eq 1 ] && words=\"")
            .Append(string.Join(' ', root.Subcommands.Select(command => command.Name).Concat(OptionsOf(root)))).Append("\"\n    fi\n");
        return script.Append("    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -o filenames -F _dledger dledger").ToString();
    }

    public string Zsh()
    {
        var script = new StringBuilder("#compdef dledger\n_dledger() {\n    local -a commands\n    commands=(\n");
        foreach (var command in root.Subcommands) script.Append($"        {Quoted($"{command.Name}:{command.Description}")}\n");
        script.Append(
            "    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n    case \"${words[2]}\" in\n");
        foreach (var command in root.Subcommands)
        {
            script.Append($"        {command.Name}) _arguments");
            foreach (var option in command.Options)
            {
                foreach (var name in NamesOf(option))
                    script.Append($" \\\n            {Quoted($"{name}[{Plain(option.Description)}]{ValueOf(option)}")}");
            }

            if (command.Name == "completion") script.Append(" \\\n            '2:shell:(bash zsh fish)'");
            if (command.Name == HelpCommand.Word)
                script.Append($" \\\n            '2:command:({string.Join(' ', root.Subcommands.Select(sub => sub.Name))})'");
            script.Append(" ;;\n");
        }

        return script.Append("    esac\n}\nif [ \"$funcstack[1]\" = \"_dledger\" ]; then _dledger \"$@\"; else compdef _dledger dledger; fi")
            .ToString();

        static string ValueOf(Option option) => ChoicesOf(option) is { } choices ? $":value:({choices})"
            : Files.Contains(option.HelpName) ? ":file:_files"
            : TakesValue(option) ? $":{option.HelpName}: "
            : "";
    }

    public string Fish()
    {
        var script = new StringBuilder("# fish completion of dledger\ncomplete -c dledger -f\n");
        foreach (var command in root.Subcommands)
        {
            script.Append($"complete -c dledger -n __fish_use_subcommand -a {command.Name} -d {Quoted(command.Description ?? "")}\n");
            foreach (var option in command.Options)
            {
                var names = string.Concat(
                    NamesOf(option).Select(name => name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}"));
                var value =
                    ChoicesOf(option) is { } choices ? $" -x -a {Quoted(choices)}" : Files.Contains(option.HelpName) ? " -r -F" : TakesValue(option)
                        ? " -x" : "";
                script.Append(
                    $"complete -c dledger -n '__fish_seen_subcommand_from {command.Name}'{names}{value} -d {Quoted(option.Description ?? "")}\n");
            }
        }

        script.Append("complete -c dledger -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n");
        return script.Append(
            $"complete -c dledger -n '__fish_seen_subcommand_from {HelpCommand.Word}' -a "
            + $"'{string.Join(' ', root.Subcommands.Select(command => command.Name))}'").ToString();
    }

    private IEnumerable<(string Option, string Values)> Choices() =>
        root.Subcommands.SelectMany(command => command.Options).Where(option => ChoicesOf(option) is not null)
            .DistinctBy(option => option.Name).Select(option => (string.Join('|', NamesOf(option)), ChoicesOf(option)!));

    private IEnumerable<string> FileOptions() =>
        root.Subcommands.SelectMany(command => command.Options).Where(option => Files.Contains(option.HelpName)).SelectMany(NamesOf).Distinct();

    private IEnumerable<string> WordsOf(Command command) => command.Name switch
    {
        "completion" => ["bash", "zsh", "fish"],
        HelpCommand.Word => root.Subcommands.Select(sub => sub.Name),
        _ => OptionsOf(command),
    };

    private static IEnumerable<string> OptionsOf(Command command) => command.Options.SelectMany(NamesOf).Append("--help").Distinct();

    /// <summary>Only what begins with a dash: on Windows help has other names as well.</summary>
    private static IEnumerable<string> NamesOf(Option option) =>
        option.Aliases.Append(option.Name).Where(name => name.StartsWith('-') && name != "-?").Distinct();

    private static bool TakesValue(Option option) => option.ValueType != typeof(bool) && !string.IsNullOrEmpty(option.HelpName);

    /// <summary>The words of an option that takes one of some: its help shows them.</summary>
    private static string? ChoicesOf(Option option) =>
        option.HelpName is { } name && name.Contains('|', StringComparison.Ordinal) ? name.Replace('|', ' ') : null;

    private static string Plain(string? text) =>
        (text ?? "").Replace("[", "(", StringComparison.Ordinal).Replace("]", ")", StringComparison.Ordinal)
            .Replace(":", " -", StringComparison.Ordinal);

    /// <summary>Between single quotes, as all three shells take it but for fish, where a backslash stands before a quote.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "", StringComparison.Ordinal)}'";
}
