using Xunit.Abstractions;

namespace DLedger.Processes.Tests;

/// <summary>Runs a scenario as a test: its figures go to the test's output, and with a failure what the processes said last.</summary>
internal static class Scene
{
    public static async Task PlayAsync(ITestOutputHelper output, Func<Stage, Task> scenario)
    {
        await using var stage = new Stage(output.WriteLine);
        try
        {
            await scenario(stage);
        }
        catch
        {
            output.WriteLine(await stage.LastWordsAsync());
            throw;
        }
    }
}
