using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using DLedger.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DLedger.Hosting.Tests;

/// <summary>Applications in this process, each with a host of its own and a member of one group.</summary>
internal sealed class Applications : IAsyncDisposable
{
    /// <summary>What only a hang can reach.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly List<IHost> _hosts = [];
    private readonly string _peers;

    public Applications(int members = 1)
    {
        var ports = FreePorts.Pick(members * 2);
        _peers = string.Join(';', Enumerable.Range(0, members).Select(i => new Member($"n{i}", "127.0.0.1", ports[2 * i], ports[(2 * i) + 1])));
    }

    /// <summary>Lines of all applications, with their categories.</summary>
    public ConcurrentQueue<(string Category, LogLevel Level, string Text)> Lines { get; } = [];

    /// <summary>The section of a member, as appsettings.json would have it.</summary>
    public IConfigurationSection Section(int member, params (string Key, string Value)[] more)
    {
        var keys = new Dictionary<string, string?>
        {
            ["dledger:id"] = string.Create(CultureInfo.InvariantCulture, $"n{member}"),
            ["dledger:group"] = "g",
            ["dledger:peers"] = _peers,
            ["dledger:durability"] = "memory",
        };
        foreach (var (key, value) in more) keys[$"dledger:{key}"] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(keys).Build().GetSection("dledger");
    }

    public Task<IHost> StartAsync(int member) => StartAsync(akka => akka.WithDLedger(Section(member)));

    public async Task<IHost> StartAsync(Action<AkkaConfigurationBuilder> akka, string system = "app", Action<IServiceCollection>? services = null)
    {
        var host = Build(akka, system, services);
        await host.StartAsync().WaitAsync(Deadline);
        return host;
    }

    /// <summary>An application that has not started yet.</summary>
    public IHost Build(Action<AkkaConfigurationBuilder> akka, string system = "app", Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(new LineLogger(Lines)).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddHealthChecks();
        builder.Services.AddDLedgerClient();
        builder.Services.AddAkka(system, akka);
        services?.Invoke(builder.Services);
        var host = builder.Build();
        _hosts.Add(host);
        return host;
    }

    /// <summary>Whether an application said this about its ledger.</summary>
    public bool HasSaid(string category, string text) =>
        Lines.Any(line => line.Category == category && line.Text.Contains(text, StringComparison.Ordinal));

    public static ActorSystem SystemOf(IHost host) => host.Services.GetRequiredService<ActorSystem>();

    public static DLedgerClient ClientOf(IHost host) => host.Services.GetRequiredService<DLedgerClient>();

    public async Task StopAsync(IHost host)
    {
        _hosts.Remove(host);
        await host.StopAsync().WaitAsync(Deadline);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.ToList()) await StopAsync(host);
    }

    private sealed class LineLogger(ConcurrentQueue<(string, LogLevel, string)> lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Category(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Category(string name, ConcurrentQueue<(string, LogLevel, string)> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue((name, logLevel, formatter(state, exception)));
        }
    }
}
