namespace DLedger.Processes.Tests;

/// <summary>The test assembly as a program: <c>--node</c> is a member whose network can be cut, <c>soak</c> runs the scenarios for longer.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [CuttableNode.Flag, var id, var peers, var data]:
                return await CuttableNode.RunAsync(id, peers, data, config: null);
            case [CuttableNode.Flag, var id, var peers, var data, var config]:
                return await CuttableNode.RunAsync(id, peers, data, config);
            case ["soak", .. var rest]:
                return await SoakCommand.RunAsync(rest);
            default:
                await Console.Error.WriteLineAsync(SoakCommand.Usage);
                return 2;
        }
    }
}
