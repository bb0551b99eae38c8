using System.CommandLine;
using System.ComponentModel;
using System.Text.Json;

namespace DLedger.Compare;

/// <summary>
/// The command line: compare, or report what was compared before. Every trouble is one line; exit code 2 for wrong usage, 1 for everything else, runs
/// that failed included.
/// </summary>
internal sealed class CompareCommandLine
{
    private readonly CompareOptions _options = new();
    private readonly Argument<string> _file = new("FILE") { Description = "What --results wrote." };
    private readonly Option<string?> _plots = new("--plots") { HelpName = "DIR", Description = "Write pictures there, as PNG and SVG." };
    private readonly Argument<string> _rows = new("DIR") { Description = "What the process tests' --rows wrote." };
    private readonly Option<string> _rowPlots = new("--plots") { HelpName = "DIR", Description = "Where the pictures go.", Required = true };
    private readonly Command _report;
    private readonly Command _draw;
    private readonly RootCommand _root;

    public CompareCommandLine()
    {
        _report = new Command("report", "Print the tables of a results file.") { _file, _plots };
        _draw = new Command("draw", "Draw the values of single measures, as PNG and SVG.") { _rows, _rowPlots };
        _root = _options.AddTo(new RootCommand("Compares DLedger.Akka with its rivals on this machine."));
        _root.Add(_report);
        _root.Add(_draw);
        foreach (var command in (Command[])[_root, _report, _draw]) command.SetAction(_ => 0);
    }

    public async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        try
        {
            // How this program starts itself; not for users.
            if (arguments is [LoadProcess.Role or MembersProcess.Role or FloorProcess.Role, _])
                return await RunRoleAsync(arguments[0], arguments[1], stop).ConfigureAwait(false);
            var parsed = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is { ClearsParseErrors: true }) return await parsed.InvokeAsync(null, stop).ConfigureAwait(false);
            if (parsed.UnmatchedTokens.Count > 0) throw new UsageException($"'{parsed.UnmatchedTokens[0]}' is no command or option");
            if (parsed.Errors.Count > 0) throw new UsageException(parsed.Errors[0].Message);
            if (parsed.CommandResult.Command == _draw) return Draw(parsed);
            return parsed.CommandResult.Command == _report ? Report(parsed) : await CompareAsync(parsed, stop).ConfigureAwait(false);
        }
        catch (UsageException wrong)
        {
            return Tell($"{wrong.Message.TrimEnd('.')}. See 'bench/compare/run --help'.", 2);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Tell("interrupted", 1);
        }
        catch (Exception trouble) when (
            trouble is ComparisonFailedException or IOException or InvalidDataException or UnauthorizedAccessException or Win32Exception
                or TimeoutException)
        {
            return Tell(trouble.Message, 1);
        }
    }

    private async Task<int> CompareAsync(ParseResult parsed, CancellationToken stop)
    {
        var plan = _options.Plan(parsed);
        var results = ResultSet.Open(_options.Results(parsed));
        var failed = await new Comparison(plan, results, Console.Error.WriteLine).RunAsync(stop).ConfigureAwait(false);
        Print(results);
        return failed == 0 ? 0 : Tell($"{failed} run(s) failed", 1);
    }

    private int Report(ParseResult parsed)
    {
        var file = parsed.GetRequiredValue(_file);
        if (!File.Exists(file)) throw new UsageException($"there is no file {file}");
        var results = ResultSet.Open(file);
        Print(results);
        if (parsed.GetValue(_plots) is not { } folder) return 0;
        return Tell(new Plots(results).Save(folder), folder);
    }

    private int Draw(ParseResult parsed)
    {
        var (rows, folder) = (parsed.GetRequiredValue(_rows), parsed.GetRequiredValue(_rowPlots));
        if (!Directory.Exists(rows)) throw new UsageException($"there is no folder {rows}");
        return Tell(new RowPlots(rows).Save(folder), folder);
    }

    private static void Print(ResultSet results)
    {
        foreach (var line in new MarkdownReport(results).Lines()) Console.WriteLine(line);
    }

    private static async Task<int> RunRoleAsync(string role, string plan, CancellationToken stop)
    {
        switch (role)
        {
            case LoadProcess.Role:
                await LoadProcess.RunAsync(Parse<LoadPlan>(plan), stop).ConfigureAwait(false);
                break;
            case MembersProcess.Role:
                await MembersProcess.RunAsync(Parse<MembersPlan>(plan), stop).ConfigureAwait(false);
                break;
            default:
                await FloorProcess.RunAsync(Parse<FloorPlan>(plan), stop).ConfigureAwait(false);
                break;
        }

        return 0;
    }

    private static T Parse<T>(string plan) => JsonSerializer.Deserialize<T>(plan, Json.Options)!;

    private static int Tell(IReadOnlyList<string> pictures, string folder)
    {
        foreach (var name in pictures) Console.Error.WriteLine(Path.Combine(folder, name) + ".png, .svg");
        return 0;
    }

    private static int Tell(string text, int code)
    {
        Console.Error.WriteLine($"compare: {text.ReplaceLineEndings(" ")}");
        return code;
    }
}
