using System.Text;

namespace DLedger.Host.Tests;

/// <summary>What a command wrote, and its exit code.</summary>
internal sealed record CommandRun(int Code, byte[] OutBytes, string Error)
{
    public string Out => Encoding.UTF8.GetString(OutBytes);

    /// <summary>Runs <c>server</c> in this process, which is told to stop as soon as it has started.</summary>
    public static async Task<CommandRun> OfServerAsync(FakeRuntime runtime, string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        var start = runtime.Start;
        runtime.Start = plan =>
        {
            var node = start(plan);
            stop.Cancel();
            return node;
        };
        return await OfAsync(runtime, arguments, stop: stop.Token);
    }

    /// <summary>Runs a command line in this process, on captured streams.</summary>
    public static async Task<CommandRun> OfAsync(ILedgerRuntime runtime, string[] arguments, byte[]? input = null, CancellationToken stop = default)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var stdin = new MemoryStream(input ?? []);
        int code;
        using (var terminal = new Terminal(stdin, output, error, outIsTerminal: false, errorIsTerminal: false))
        {
            code = await DLedgerCommandLine.RunAsync(arguments, new CommandContext(terminal, runtime, TimeProvider.System, stop));
        }

        return new CommandRun(code, output.ToArray(), error.ToString());
    }
}
