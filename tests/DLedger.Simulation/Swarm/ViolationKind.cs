namespace DLedger.Simulation;

/// <summary>Tells whether two violations are of the same kind: their first words, those with digits left out.</summary>
internal static class ViolationKind
{
    private const int Words = 8;

    public static string Of(string violation) =>
        string.Join(
            ' ',
            violation.Split([' ', '\n', '\t', ',', '.', ':', ';'], StringSplitOptions.RemoveEmptyEntries).Where(word => !word.Any(char.IsDigit))
                .Take(Words));
}
