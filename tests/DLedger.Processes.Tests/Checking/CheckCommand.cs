namespace DLedger.Processes.Tests;

/// <summary>Checks the file of a history, ours or anybody's. The exit code is 1 after a violation.</summary>
internal static class CheckCommand
{
    public const string Usage = "usage: check FILE   (a history as JSON lines; docs/testing/process-faults.md describes them)";

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var path] || !File.Exists(path))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var verdict = HistoryChecker.CheckFile(path);
        Console.WriteLine(verdict.Show());
        return verdict.IsClean ? 0 : 1;
    }
}
