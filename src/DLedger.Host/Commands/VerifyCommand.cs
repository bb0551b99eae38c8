using System.CommandLine;
using System.Globalization;
using DLedger.Storage.Faster;
using Spectre.Console;

namespace DLedger.Host;

/// <summary><c>verify --data DIR</c> reads and checks a whole store.</summary>
internal sealed class VerifyCommand : ICommand
{
    private readonly Option<string?> _data = OptionOf.Text("--data", "DIR", "The folder of a member, such as ./dledger-data/default/n0.");
    private readonly Option<bool> _json = OptionOf.Flag("--json", "Print what was found as JSON.");

    public VerifyCommand()
    {
        _data.Required = true;
        Definition = new Command(
            "verify",
            "Read and check a whole store; nothing is changed. The member must not be running. Exit code 1 names file and offset of damage.")
        {
            _data, _json,
        };
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger verify --data ./dledger-data/default/n0"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var folder = parsed.GetValue(_data)!;
        if (!Directory.Exists(folder)) throw new UsageException($"--data: there is no folder '{folder}'");
        var report = context.Terminal.ErrorIsTerminal
            ? await WithProgressAsync(folder, context).ConfigureAwait(false)
            : await context.Runtime.VerifyAsync(folder, new Heard(_ => { }), context.Stop).ConfigureAwait(false);
        if (report.Damage is { } damage) throw new OperationFailedException(damage);
        if (parsed.GetValue(_json)) Json(context.Terminal.Out, folder, report);
        else context.Terminal.WriteLine(Describe(folder, report));
        return ExitCode.Done;
    }

    private static Task<VerifyReport> WithProgressAsync(string folder, CommandContext context) =>
        context.Terminal.ErrorConsole().Status().StartAsync("checking", status => context.Runtime.VerifyAsync(
            folder,
            new Heard(bytes => status.Status = string.Create(CultureInfo.InvariantCulture, $"checking, {bytes / 1e6:0} MB read")),
            context.Stop));

    private static string Describe(string folder, VerifyReport report)
    {
        var range = report.Entries == 0 ? "no entries" : $"{report.Entries} entries, {report.FirstEntry} to {report.LastEntry}";
        var torn = report.TornBytes == 0 ? "" : $"; {report.TornBytes} bytes of a write that never finished follow, and the next start cuts them off";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{folder} is intact: group {report.Group}, member {report.NodeId}, {range} in {report.Batches} batches, term {report.Term}; "
            + $"{report.Bytes} bytes of log checked{torn}");
    }

    private static void Json(Stream output, string folder, VerifyReport report) => JsonLine.Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("data", folder);
        json.WriteBoolean("intact", true);
        json.WriteString("group", report.Group);
        json.WriteString("id", report.NodeId);
        json.WriteNumber("term", report.Term);
        json.WriteNumber("firstIndex", report.FirstEntry);
        json.WriteNumber("lastIndex", report.LastEntry);
        json.WriteNumber("entries", report.Entries);
        json.WriteNumber("batches", report.Batches);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteNumber("tornBytes", report.TornBytes);
        json.WriteEndObject();
    });

    /// <summary>Calls back on the thread that reports: the stock one would queue every step.</summary>
    private sealed class Heard(Action<long> hear) : IProgress<long>
    {
        public void Report(long value) => hear(value);
    }
}
