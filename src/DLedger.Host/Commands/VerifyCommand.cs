using System.CommandLine;
using System.Globalization;
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
        Definition = new Command("verify", "Read and check a whole store; nothing is changed. The member must not be running. Exit code 1 names file and offset of damage.")
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
            : await context.Runtime.VerifyAsync(folder, _ => { }, context.Stop).ConfigureAwait(false);
        if (parsed.GetValue(_json)) Json(context.Terminal.Out, folder, report);
        else context.Terminal.WriteLine(Describe(folder, report));
        return ExitCode.Done;
    }

    private static Task<VerifyReport> WithProgressAsync(string folder, CommandContext context) =>
        context.Terminal.ErrorConsole().Progress().AutoClear(true).StartAsync(async progress =>
        {
            var task = progress.AddTask("checking");
            return await context.Runtime.VerifyAsync(
                folder,
                now =>
                {
                    task.Description = Markup.Escape(Path.GetFileName(now.File));
                    task.MaxValue = Math.Max(now.BytesTotal, 1);
                    task.Value = now.BytesRead;
                },
                context.Stop).ConfigureAwait(false);
        });

    private static string Describe(string folder, VerifyReport report)
    {
        var range = report.Entries == 0 ? "no entries" : $"{report.Entries} entries, {report.FirstIndex} to {report.LastIndex}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{folder} is intact: group {report.Group}, member {report.NodeId}, {range}, in {report.Batches} batches up to term {report.Term}; {report.Bytes} bytes in {report.Files} files read");
    }

    private static void Json(Stream output, string folder, VerifyReport report) => JsonLine.Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("data", folder);
        json.WriteBoolean("intact", true);
        json.WriteString("group", report.Group);
        json.WriteString("id", report.NodeId);
        json.WriteNumber("term", report.Term);
        json.WriteNumber("firstIndex", report.FirstIndex);
        json.WriteNumber("lastIndex", report.LastIndex);
        json.WriteNumber("entries", report.Entries);
        json.WriteNumber("batches", report.Batches);
        json.WriteNumber("files", report.Files);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteEndObject();
    });
}
