using System.CommandLine;

namespace DLedger.Host;

/// <summary>The words for how fresh a read must be.</summary>
internal static class ReadModes
{
    private static readonly Dictionary<string, ReadMode> ByWord = new(StringComparer.Ordinal)
    {
        ["linearizable"] = ReadMode.Linearizable, ["lease"] = ReadMode.Lease, ["local"] = ReadMode.Local,
    };

    public static Option<string> Option() => OptionOf.OneOf(
        "--mode",
        "linearizable sees everything acknowledged before; local is what the member asked knows to be committed, maybe stale.",
        "linearizable",
        ByWord.Keys);

    public static ReadMode Of(ParseResult parsed, Option<string> option) => ByWord[parsed.GetRequiredValue(option)];
}
