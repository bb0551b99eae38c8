using System.Runtime.CompilerServices;

namespace DLedger.Packages.Tests;

/// <summary>The product, packed once for all tests into a folder of its own; and how a fresh application gets at it.</summary>
public sealed class PackedProduct : IAsyncLifetime
{
    public const string Version = "0.1.0";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dledger-packages-");

    /// <summary>The folder of the repository.</summary>
    public static string Repository { get; } = RepositoryOf();

    /// <summary>Where the packages are.</summary>
    public string Packages => Path.Combine(_folder.FullName, "packages");

    /// <summary>
    /// Packages are unpacked beside these tests, not where the machine keeps them: there, one of this version may be another build. What else is
    /// needed may come from there.
    /// </summary>
    internal Dictionary<string, string> Environment => new()
    {
        ["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "unpacked"),
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["DOTNET_NOLOGO"] = "1",
    };

    public async Task InitializeAsync()
    {
        var environment = Environment;
        environment.Remove("NUGET_PACKAGES");
        string[] pack = ["pack", "DLedger.Packages.slnf", "-c", "Release", "-o", Packages, "-m:1", "-v", "q", "--nologo"];
        await Command.RunAsync(Repository, environment, "dotnet", pack);
        var machine = System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{Packages}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="machine" value="{machine}" />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A new folder for an application, with what it is given.</summary>
    internal string NewApplication(string name, params IEnumerable<(string File, string Text)> files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, name));
        foreach (var (file, text) in files) File.WriteAllText(Path.Combine(folder.FullName, file), text);
        return folder.FullName;
    }

    /// <summary>A sample as it is in the repository, without what was built of it there.</summary>
    internal string CopyOfSample(string name) => NewApplication(
        name, Directory.GetFiles(Path.Combine(Repository, "samples", name)).Select(file => (Path.GetFileName(file), File.ReadAllText(file))));

    /// <summary>Builds an application from the packages; warnings are errors.</summary>
    internal Task BuildAsync(string folder) =>
        Command.RunAsync(folder, Environment, "dotnet", "build", "-o", "out", "-v", "q", "--nologo", "-warnaserror", $"-p:DLedgerVersion={Version}");

    private static string RepositoryOf([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "DLedger.Akka.sln"))) return folder;
        }

        throw new InvalidOperationException($"{here} is not in the repository.");
    }
}
