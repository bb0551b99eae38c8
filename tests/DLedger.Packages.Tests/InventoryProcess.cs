using System.Net.Http.Json;

namespace DLedger.Packages.Tests;

/// <summary>One life of a process of the sample with hosting, under load from its start to its end.</summary>
internal sealed class InventoryProcess : IDisposable
{
    private readonly Command _command;
    private readonly Uri _item;

    private InventoryProcess(Command command, Uri item)
    {
        _command = command;
        _item = item;
        Load = new OrderLoad(item);
    }

    public OrderLoad Load { get; }

    /// <summary>Returns when its web server listens.</summary>
    public static async Task<InventoryProcess> StartAsync(string folder, IReadOnlyDictionary<string, string> environment, string id, int httpPort)
    {
        var url = FormattableString.Invariant($"http://127.0.0.1:{httpPort}");
        string[] logged = ["--Logging:LogLevel:Microsoft.AspNetCore.Hosting", "Information"];
        string[] member = ["--dledger:id", id, "--urls", url];
        var command = Command.Start(folder, environment, "dotnet", [Path.Combine("out", "Inventory.dll"), .. member, .. logged]);
        await command.SaysAsync("Application started");
        return new InventoryProcess(command, new Uri($"{url}/stock/apples"));
    }

    /// <summary>
    /// SIGTERM under load. It must end cleanly, and every answer that it gave must say whether the change is in the log. A caller may meet the end of
    /// its connection instead, since a client is free to send on a connection that a server is about to close; but then the server has not begun the
    /// request.
    /// </summary>
    /// <returns>How many changes it acknowledged.</returns>
    public async Task<int> StopAsync()
    {
        await _command.TerminateAsync();
        Assert.True(await _command.ExitAsync() == 0, _command.Output);
        var outcome = await Load.EndAsync();
        var (begun, finished) = (Logged("Request starting"), Logged("Request finished"));
        Assert.True(begun == finished && finished == outcome.Answered, $"{begun} requests begun, {finished} finished; {outcome}");
        return outcome.Acknowledged;
    }

    /// <summary>The stock that it counts, as soon as a leader answers it.</summary>
    public async Task<long> CountAsync()
    {
        using var http = new HttpClient { Timeout = Command.Deadline };
        using var deadline = new CancellationTokenSource(Command.Deadline);
        while (true)
        {
            using var answer = await http.GetAsync(_item, deadline.Token);
            if (answer.IsSuccessStatusCode) return (await answer.Content.ReadFromJsonAsync<Counted>(deadline.Token))!.Count;
        }
    }

    public void Dispose()
    {
        _command.Dispose();
        Load.Dispose();
    }

    private int Logged(string what) => _command.Output.Split('\n').Count(line => line.Contains($"{what} HTTP/1.1 POST", StringComparison.Ordinal));

    private sealed record Counted(string Item, long Count);
}
