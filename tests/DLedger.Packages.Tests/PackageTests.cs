using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace DLedger.Packages.Tests;

/// <summary>What is in the packages, and that applications can be built from them and run.</summary>
public sealed class PackageTests(PackedProduct product) : IClassFixture<PackedProduct>
{
    private const string Tool = "dledger";

    private static readonly string[] All =
        ["DLedger.Actors", "DLedger.Akka", "DLedger.Core", "DLedger.Hosting", "DLedger.Storage.Faster", "DLedger.Testing", Tool];

    /// <summary>What each package asks for: what its project names, and nothing that was only met on the way.</summary>
    private static readonly Dictionary<string, string[]> Dependencies = new()
    {
        ["DLedger.Core"] = [],
        ["DLedger.Storage.Faster"] = ["DLedger.Core", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.FASTER.Core"],
        ["DLedger.Actors"] =
        [
            "Akka", "Akka.Remote", "DLedger.Core", "Google.Protobuf", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.ObjectPool",
            "Newtonsoft.Json", "System.Configuration.ConfigurationManager",
        ],
        ["DLedger.Akka"] = ["DLedger.Actors", "DLedger.Storage.Faster"],
        ["DLedger.Testing"] = ["DLedger.Akka"],
        ["DLedger.Hosting"] =
        [
            "Akka.Hosting", "DLedger.Akka", "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.Diagnostics.HealthChecks",
            "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging.Abstractions",
        ],

        // A tool brings everything along.
        [Tool] = [],
    };

    private static readonly string[] Described = ["id", "version", "authors", "license", "readme", "description", "copyright", "tags"];

    [Fact]
    public void Every_package_is_complete()
    {
        Assert.Equal(All, Directory.GetFiles(product.Packages, "*.nupkg").Select(NameOf).Order(StringComparer.Ordinal));
        foreach (var id in All)
        {
            using var package = Open(id, "nupkg");
            var metadata = XDocument.Load(package.Entries.Single(entry => entry.Name == $"{id}.nuspec").Open()).Root!.Elements().First();
            var given = metadata.Elements().Where(element => element.Value.Length > 0).Select(element => element.Name.LocalName);
            Assert.Empty(Described.Except(given));
            Assert.NotNull(package.GetEntry("README.md"));
            Assert.NotNull(package.GetEntry("LICENSE"));
            Assert.DoesNotContain("Akka.Analyzers", metadata.ToString(), StringComparison.Ordinal);

            using var symbols = Open(id, "snupkg");
            Assert.Contains(symbols.Entries, entry => entry.Name == $"{id}.pdb");
            if (id != Tool) Assert.Contains(package.Entries, entry => entry.Name == $"{id}.xml");
        }
    }

    [Fact]
    public void A_package_depends_on_what_its_project_names_and_on_nothing_else()
    {
        foreach (var id in All)
        {
            using var package = Open(id, "nupkg");
            var metadata = XDocument.Load(package.Entries.Single(entry => entry.Name == $"{id}.nuspec").Open()).Root!.Elements().First();
            var given = metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
                .Select(element => element.Attribute("id")!.Value);
            Assert.Equal($"{id}: {string.Join(' ', Dependencies[id])}", $"{id}: {string.Join(' ', given.Order(StringComparer.Ordinal))}");
        }
    }

    [Fact]
    public void No_assembly_and_no_symbols_hold_the_folder_that_they_were_built_in()
    {
        var looked = 0;
        foreach (var file in Directory.GetFiles(product.Packages))
        {
            using var package = ZipFile.OpenRead(file);
            foreach (var entry in package.Entries.Where(entry => Path.GetExtension(entry.Name) is ".dll" or ".pdb"))
            {
                if (!entry.Name.Contains("DLedger", StringComparison.OrdinalIgnoreCase)) continue;
                var bytes = new MemoryStream();
                using (var content = entry.Open()) content.CopyTo(bytes);
                foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode })
                    Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(encoding.GetBytes(PackedProduct.Repository + Path.DirectorySeparatorChar)));
                looked++;
            }
        }

        Assert.True(looked >= 2 * All.Length, $"Only {looked} were there.");
    }

    [Fact]
    public async Task A_fresh_application_that_names_one_package_has_a_member_on_disk()
    {
        var folder = product.NewApplication(
            "fresh",
            ("Fresh.csproj", $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <OutputType>Exe</OutputType>
                    <ImplicitUsings>enable</ImplicitUsings>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="DLedger.Akka" Version="{PackedProduct.Version}" />
                  </ItemGroup>
                </Project>
                """),
            ("Program.cs", """
                using Akka.Actor;
                using DLedger;

                var settings = DLedgerSettings.From(new DLedgerOptions { Peers = args[0], DataDir = "data", Store = { SegmentBytes = 16 << 20 } });
                using var system = ActorSystem.Create("dledger", RemotingConfig.Build(settings));
                DLedgerExtension.Get(system).Start(settings);
                await using var client = DLedgerClient.Create(system, settings);
                Console.WriteLine(await client.AppendAsync("Hello World"u8.ToArray()));
                Console.WriteLine(await DLedgerExtension.Get(system).StopAsync(settings.Group));
                """));
        await product.BuildAsync(folder);

        for (var life = 0; life < 2; life++)
        {
            var peers = $"n0-127.0.0.1:{Plain(FreePorts.Pick(1)[0])}";
            var output = await Command.RunAsync(folder, product.Environment, "dotnet", Path.Combine("out", "Fresh.dll"), peers);
            Assert.Contains($"Index = {life}", output, StringComparison.Ordinal);
            Assert.Contains("NoSuccessor", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_command_line_is_a_dotnet_tool()
    {
        var folder = product.NewApplication("tool");
        string[] install = ["tool", "install", Tool, "--tool-path", "bin", "--version", PackedProduct.Version, "--configfile", "../nuget.config"];
        await Command.RunAsync(folder, product.Environment, "dotnet", install);
        var shown = await Command.RunAsync(folder, product.Environment, Path.Combine(folder, "bin", Tool), "--version");
        Assert.StartsWith(PackedProduct.Version, shown, StringComparison.Ordinal);
    }

    /// <summary>
    /// Each member is stopped and started again in turn, then all but one are stopped. Two of three are a quorum, so all that is asked can be
    /// answered. Nothing but a stop may move leadership, whose sudden loss would leave outcomes unknown: a machine that is busy with other tests must
    /// not look like a dead leader.
    /// </summary>
    [Fact]
    public async Task The_sample_with_hosting_is_built_from_the_packages_and_stops_under_load_without_an_unknown_outcome()
    {
        const int Enough = 50;
        var folder = product.CopyOfSample("inventory");
        var conf = Path.Combine(folder, "appsettings.json");
        var ports = FreePorts.Pick(6);
        var text = await File.ReadAllTextAsync(conf);
        for (var i = 0; i < 3; i++) text = text.Replace($"localhost:2193{Plain(i + 1)}", $"127.0.0.1:{Plain(ports[i])}", StringComparison.Ordinal);
        const string Patience = """ "append-timeout": "60s", "election-timeout-min": "5s", "election-timeout-max": "8s", """;
        text = text.Replace("\"group\":", Patience + "\"group\":", StringComparison.Ordinal);
        await File.WriteAllTextAsync(conf, text);
        await product.BuildAsync(folder);

        long acknowledged = 0;
        var members = new InventoryProcess[3];
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(StartAsync));
            for (var i = 0; i < 3; i++) await members[i].Load.AcknowledgesAsync(Enough);
            for (var i = 0; i < 3; i++)
            {
                acknowledged += await members[i].StopAsync();
                members[i].Dispose();
                await StartAsync(i);
                await members[i].Load.AcknowledgesAsync(Enough);
            }

            // The last two: who remains must not be asked any more, since alone it is no quorum.
            acknowledged += await members[0].StopAsync();
            await members[1].Load.AcknowledgesAsync(Enough);
            acknowledged += (await members[2].Load.EndAsync()).Acknowledged;
            acknowledged += await members[1].StopAsync();

            members[0].Dispose();
            await StartAsync(0);
            await members[0].Load.AcknowledgesAsync(Enough);
            acknowledged += (await members[0].Load.EndAsync()).Acknowledged;
            foreach (var member in new[] { members[0], members[2] }) Assert.Equal(acknowledged, await member.CountAsync());
        }
        finally
        {
            foreach (var member in members) member?.Dispose();
        }

        async Task StartAsync(int i) => members[i] = await InventoryProcess.StartAsync(folder, product.Environment, $"n{Plain(i)}", ports[3 + i]);
    }

    /// <summary>Its exit code says whether the outcome of an append is unknown.</summary>
    [Fact]
    public async Task The_sample_that_selects_is_built_from_the_packages_and_stops_under_load_without_an_unknown_outcome()
    {
        var folder = product.CopyOfSample("selection");
        var conf = Path.Combine(folder, "app.conf");
        var ports = FreePorts.Pick(3);
        var text = await File.ReadAllTextAsync(conf);
        for (var i = 0; i < ports.Length; i++) text = text.Replace($"2192{Plain(i + 1)}", Plain(ports[i]), StringComparison.Ordinal);
        await File.WriteAllTextAsync(conf, text);
        await product.BuildAsync(folder);

        var members = new List<Command>();
        try
        {
            var program = Path.Combine("out", "Selection.dll");
            for (var i = 0; i < ports.Length; i++) members.Add(Command.Start(folder, product.Environment, "dotnet", program, $"n{Plain(i)}"));

            // Each has appended and read; two are stopped, of which one may lead, while the load goes on.
            for (var i = 0; i < members.Count; i++) await members[i].SaysAsync($": n{Plain(i)} 100");
            foreach (var member in members[..2])
            {
                await member.TerminateAsync();
                Assert.True(await member.ExitAsync() == 0, member.Output);
                Assert.Contains("unknown 0", member.Output, StringComparison.Ordinal);
            }
        }
        finally
        {
            foreach (var member in members) member.Dispose();
        }
    }

    private static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string NameOf(string file) => Path.GetFileName(file)[..^$".{PackedProduct.Version}.nupkg".Length];

    private ZipArchive Open(string id, string kind) => ZipFile.OpenRead(Path.Combine(product.Packages, $"{id}.{PackedProduct.Version}.{kind}"));
}
