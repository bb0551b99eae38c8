using System.CommandLine;

namespace DLedger.Host;

/// <summary>The words for how fresh a read must be.</summary>
internal static class ReadModes
{
    public static Option<string> Option() => OptionOf.Word(
        "--mode",
        "linearizable|lease|local|at-least:INDEX",
        "linearizable sees everything acknowledged before; lease the same, quicker, as long as clocks run evenly; local is what the member asked "
        + "knows to be committed, maybe stale; at-least:INDEX the same once it has that entry.",
        "linearizable",
        text => ReadMode.TryParse(text, out _) ? null : "is none of linearizable, lease, local, at-least:INDEX");

    public static ReadMode Of(ParseResult parsed, Option<string> option) =>
        ReadMode.TryParse(parsed.GetRequiredValue(option), out var mode)
            ? mode
            : throw new UsageException($"{option.Name}: '{parsed.GetValue(option)}' is no mode");
}
