using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// Lines as people write them: several scripts, quotes, tabs, long and short ones. Each begins with its number, so that no two are the same.
/// </summary>
internal static class RealText
{
    private static readonly string[] Sentences =
    [
        "The quick brown fox jumps over the lazy dog, twice; nobody minds.",
        "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
        "\tindented by a tab, with \"quotes\", 'apostrophes' and a \\ backslash",
        "Voix ambiguë d’un cœur qui, au zéphyr, préfère les jattes de kiwis.",
        "В чащах юга жил бы цитрус? Да, но фальшивый экземпляр!",
        "いろはにほへと ちりぬるを わかよたれそ つねならむ",
        "{\"order\":4711,\"items\":[{\"sku\":\"A-1\",\"qty\":3}],\"note\":null}",
        "trailing blanks stay   ",
        "👩‍🔬 measured −40 °C ≙ −40 °F",
        "-d --stdin @file $HOME `id` %s; a line is data, never a command",
        "2026-02-28T23:59:60Z WARN  disk 93% full, 17 retries, 0 errors",
        "x",
    ];

    public static string Line(long number) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{number} {Sentences[(int)(number % Sentences.Length)]}{(number % 101 == 0 ? new string('~', 3000) : "")}");

    /// <summary>The number that a line begins with.</summary>
    public static long NumberOf(string line) => long.Parse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
}
