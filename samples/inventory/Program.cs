using Akka.Hosting;
using DLedger;
using DLedger.Hosting;
using Inventory;

var builder = WebApplication.CreateBuilder(args);

// The ledger: a member that lives with the host and applies its entries to the stock, a client in the container, health.
var ledger = builder.Configuration.GetSection("dledger");
builder.Services.AddAkka("inventory", akka => akka.WithDLedger(ledger, member => member.WithStateMachine<Stock>()));
builder.Services.AddStateMachineClient<Order, Level>();
builder.Services.AddHealthChecks();

var app = builder.Build();
app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });
app.MapHealthChecks("/health/live", new() { Predicate = check => check.Tags.Contains("live") });

app.MapPost("/stock/{item}", async (string item, Movement movement, StateMachineClient<Order, Level> stock) =>
{
    try
    {
        var level = await stock.ExecuteAsync(new Change(item, movement.By));
        return level.Done ? Results.Ok(level) : Results.Conflict(level);
    }
    catch (DLedgerExecuteException failed)
    {
        // Rejected: surely not in the log, the caller may send it again. Otherwise it may be there: a caller that sends it again may change the stock
        // twice.
        return Results.Problem(failed.Message, statusCode: failed.Result is AppendResult.Rejected ? 503 : 500);
    }
});

app.MapGet("/stock/{item}", async (string item, StateMachineClient<Order, Level> stock) =>
{
    try
    {
        return Results.Ok(await stock.QueryAsync(new Count(item)));
    }
    catch (DLedgerQueryException failed)
    {
        return Results.Problem(failed.Message, statusCode: 503);
    }
});

app.Run();

/// <summary>A request to change the stock of an item.</summary>
internal sealed record Movement(int By);
