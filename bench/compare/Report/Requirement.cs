using System.Globalization;

namespace DLedger.Compare;

/// <summary>What must be true of this project, embedded, as a ratio of medians of rounds; see <see cref="Requirements"/>.</summary>
/// <param name="Against">Whom.</param>
/// <param name="Cell">Where.</param>
/// <param name="What">What is compared, in words.</param>
/// <param name="AtMost">Whether the ratio must not be above the limit; else not below.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Ratio">What was measured; null when it was not.</param>
internal sealed record Requirement(string Against, Cell Cell, string What, bool AtMost, double Limit, Spread? Ratio)
{
    private bool IsMet => Ratio is { } ratio && (AtMost ? ratio.Median <= Limit : ratio.Median >= Limit);

    public string Verdict => Ratio is null ? "not measured" : IsMet ? "pass" : "**FAIL**";

    public string Demand => string.Create(CultureInfo.InvariantCulture, $"{(AtMost ? "at most" : "at least")} {Limit:0.0#}");
}
