using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// The test assembly as a program: <c>--node</c> is a member whose network can be cut, <c>--application</c> an application, <c>soak</c> runs the
/// scenarios for longer, <c>measure</c> measures speed under load and trouble, <c>nemesis</c> has faults of a kind again and again under concurrent
/// clients, <c>check</c> judges a history.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [CuttableNode.Flag, var id, var peers, var data, var config, var cutTo, var cutFrom]:
                return await CuttableNode.RunAsync(id, peers, data, config, cutTo, cutFrom);
            case [Application.Flag, var how, var port, var member]:
                return await Application.RunAsync(how, int.Parse(port, CultureInfo.InvariantCulture), member);
            case ["soak", .. var rest]:
                return await ScenarioCommand.Soak.RunAsync(rest);
            case ["measure", .. var rest]:
                return await ScenarioCommand.Measure.RunAsync(rest);
            case ["nemesis", .. var rest]:
                return await NemesisCommand.RunAsync(rest);
            case ["check", .. var rest]:
                return await CheckCommand.RunAsync(rest);
            default:
                await Console.Error.WriteLineAsync(
                    $"{ScenarioCommand.Soak.Usage}\n{ScenarioCommand.Measure.Usage}\n{NemesisCommand.Usage}\n{CheckCommand.Usage}");
                return 2;
        }
    }
}
