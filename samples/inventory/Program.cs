using System.Text.Json;
using Akka.Hosting;
using DLedger;
using DLedger.Hosting;
using Inventory;

var builder = WebApplication.CreateBuilder(args);

// The ledger: a member that lives with the host, a client in the container, health.
builder.Services.AddAkka("inventory", akka => akka.WithDLedger(builder.Configuration.GetSection("dledger")));
builder.Services.AddDLedgerClient();
builder.Services.AddHealthChecks();

// The application: every change is an entry, and the stock is what all entries add up to.
builder.Services.AddSingleton<Stock>();
builder.Services.AddHostedService(services => services.GetRequiredService<Stock>());
var app = builder.Build();
app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });
app.MapHealthChecks("/health/live", new() { Predicate = check => check.Tags.Contains("live") });

app.MapPost("/stock/{item}", async (string item, Change change, DLedgerClient ledger) =>
    await ledger.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(new Movement(item, change.By))) switch
    {
        AppendResult.Committed committed => Results.Ok(new { committed.Index }),

        // Surely not in the log: the caller may send it again.
        AppendResult.Rejected rejected => Results.Problem($"{rejected.Reason} {rejected.Detail}", statusCode: 503),

        // It may be there: a caller that sends it again may change the stock twice.
        AppendResult.Unknown unknown => Results.Problem($"Unknown: {unknown.Reason}", statusCode: 500),
        var other => throw new System.Diagnostics.UnreachableException($"{other}"),
    });

app.MapGet("/stock/{item}", async (string item, Stock stock, DLedgerClient ledger) =>
    await ledger.CommitPositionAsync() is CommitPositionResult.Position position
        ? Results.Ok(new { item, count = await stock.CountAsync(item, position.CommittedIndex) })
        : Results.Problem("No leader answers at the moment.", statusCode: 503));

app.Run();
