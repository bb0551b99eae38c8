using System.Globalization;

namespace DLedger.Compare;

/// <summary>What must be true of this project, embedded; see <see cref="Requirements"/>.</summary>
/// <param name="Against">Whom.</param>
/// <param name="Cell">Where.</param>
/// <param name="What">What is compared, in words.</param>
/// <param name="AtMost">Whether the ratio must not be above the limit; else not below.</param>
/// <param name="Limit">The limit.</param>
/// <param name="RatioOf">By one of ours: the ratio of each round; null when it was not measured.</param>
internal sealed record Requirement(string Against, Cell Cell, string What, bool AtMost, double Limit, Func<Contender, Spread?> RatioOf)
{
    public string Demand => string.Create(CultureInfo.InvariantCulture, $"{(AtMost ? "at most" : "at least")} {Limit:0.0#}");

    public string Verdict => RatioOf(Contender.Embedded) is not { } ratio ? "not measured" : IsMetBy(ratio.Median) ? "pass" : "**FAIL**";

    private bool IsMetBy(double ratio) => AtMost ? ratio <= Limit : ratio >= Limit;
}
