using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// An application outside of this tree that references the projects, as a newcomer makes one: nothing of ours is restored for it but what the
/// projects themselves name, its ActorSystem is its own, and the code is that of the README. Three members of it meet, append, and are stopped by
/// SIGTERM: they hand over, end with 0, and their logs name no dead letters.
/// </summary>
internal static class FreshApplication
{
    private const string AssemblyName = "FreshApplication";
    private const string Answered = "answered: ";

    public static async Task RunAsync(Stage stage)
    {
        var application = await BuildAsync(stage);
        foreach (var host in (string[])["localhost", "[::1]"]) await RunAsync(stage, application, host);
    }

    private static async Task RunAsync(Stage stage, string application, string host)
    {
        var ports = Ports.Pick(3);
        var peers = string.Join(';', ports.Select((port, n) => string.Create(CultureInfo.InvariantCulture, $"n{n}-{host}:{port}")));
        var folder = stage.NewFolder(Guid.NewGuid().ToString("N"));
        var members = Enumerable.Range(0, 3).Select(n => stage.Start($"n{n} of {host}", application, [$"n{n}", peers, Path.Combine(folder, $"n{n}")]))
            .ToList();
        foreach (var member in members)
        {
            var line = await member.LineAsync(line => line.StartsWith(Answered, StringComparison.Ordinal), "an answer to its append");
            Expect.That(line.Contains("Committed", StringComparison.Ordinal), $"{member.Name}: {line}");
        }

        // The leader first: it has somebody to hand over to, and stays until it has heard of its successor.
        var leader = members.Find(member => member.Lines().Any(line => line.Contains("Leader in term", StringComparison.Ordinal)))!;
        var others = members.Where(member => member != leader).ToList();
        var next = others.Select(member => member.NextLineAsync(line => line.Contains("Leader in term", StringComparison.Ordinal), "to lead next"))
            .ToList();
        await StopAsync(leader);
        await (await Task.WhenAny(next)).Within("the next leader");
        Expect.That(
            !leader.Lines().Any(line => line.Contains("Transfer", StringComparison.Ordinal) && line.Contains("failed", StringComparison.Ordinal)),
            "the leader left without handing over");
        Expect.That(
            !others.SelectMany(member => member.Lines()).Any(line => line.Contains("Lost sight of leader", StringComparison.Ordinal)),
            "the others had to miss the leader first");
        foreach (var member in others) await StopAsync(member);
        foreach (var member in members)
        {
            // Whoever looks for a leader asks members that are not there yet; and Akka leaves its own timers behind where a connection ends.
            var letters = member.Lines().Where(line => line.Contains("dead letters encountered", StringComparison.Ordinal)
                && !line.Contains("[GetStatus]", StringComparison.Ordinal) && !line.Contains("$ScheduledTellMsg", StringComparison.Ordinal)).ToList();
            Expect.That(letters.Count == 0, $"{member.Name} logged: {string.Join(" | ", letters)}");
        }
    }

    private static async Task StopAsync(ChildProcess member)
    {
        member.Terminate();
        Expect.Equal(
            0, await member.ExitAsync(), $"exit code of {member.Name} after SIGTERM; it said last: {string.Join(" | ", member.Lines().TakeLast(5))}");
    }

    /// <summary>Returns the path of the application's assembly.</summary>
    private static async Task<string> BuildAsync(Stage stage)
    {
        var tree = TreeOf(AppContext.BaseDirectory);
        var folder = stage.NewFolder(AssemblyName);
        await File.WriteAllTextAsync(Path.Combine(folder, AssemblyName + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="{tree}/src/DLedger.Akka/DLedger.Akka.csproj" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), ProgramOf(await File.ReadAllTextAsync(Path.Combine(tree, "README.md"))));
        var configuration = ConfigurationOf(AppContext.BaseDirectory);
        var started = Stopwatch.GetTimestamp();
        using var build =
            Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path
                : "dotnet")
        {
            WorkingDirectory = folder,
            
            // Nothing of it stays behind.
            ArgumentList = { "build", "-m:1", "-nodeReuse:false", "-p:UseSharedCompilation=false", "--nologo", "-c", configuration },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = build.StandardOutput.ReadToEndAsync();
        var error = build.StandardError.ReadToEndAsync();
        try
        {
            await build.WaitForExitAsync().Within("the build of an application");
        }
        finally
        {
            if (!build.HasExited) build.Kill(entireProcessTree: true);
        }

        Expect.That(build.ExitCode == 0, $"the application does not build: {await output} {await error}");
        stage.Figure(
            "build of the application", string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
        return Path.Combine(folder, "bin", configuration, "net10.0", AssemblyName + ".dll");
    }

    /// <summary>The README's code, with what an example leaves out around it: who this member is, and somebody who waits for the end.</summary>
    private static string ProgramOf(string readme)
    {
        var embedding = readme[readme.IndexOf("## Embedding", StringComparison.Ordinal)..];
        var code = embedding[(embedding.IndexOf("```csharp", StringComparison.Ordinal) + "```csharp".Length)..];
        code = code[..code.IndexOf("```", StringComparison.Ordinal)];
        const string Id = "dledger.id = n0";
        const string Peers = "dledger.peers = \"n0-localhost:20921;n1-localhost:20922;n2-localhost:20923\"";
        const string Ending = "await system.WhenTerminated;";
        foreach (var part in (string[])[Id, Peers, Ending])
            Expect.That(code.Contains(part, StringComparison.Ordinal), $"README's example is expected to hold: {part}");
        return code
            .Replace(Id, "dledger.id = ID", StringComparison.Ordinal)
            .Replace(Peers, "dledger.peers = \"PEERS\"\n    dledger.data-dir = \"DATA\"", StringComparison.Ordinal)
            .Replace(
                "\"\"\"));", "\"\"\".Replace(\"ID\", args[0]).Replace(\"PEERS\", args[1]).Replace(\"DATA\", args[2])));", StringComparison.Ordinal)
            .Replace(Ending, $"Console.WriteLine($\"{Answered}{{result}}\");\n{Ending}", StringComparison.Ordinal);
    }

    /// <summary>The folder of the solution.</summary>
    private static string TreeOf(string folder)
    {
        var at = new DirectoryInfo(folder);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "DLedger.Akka.sln"))) at = at.Parent;
        return at?.FullName ?? throw new ScenarioFailedException($"{folder} is not below the solution");
    }

    /// <summary>What was built already is not built again in another configuration.</summary>
    private static string ConfigurationOf(string folder) => folder.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
}
