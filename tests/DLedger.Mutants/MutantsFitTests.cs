namespace DLedger.Mutants;

public sealed class MutantsFitTests
{
    private const int Rules = 30;

    [Fact]
    public void Every_edit_of_every_mutant_fits_the_source_exactly_once() => Assert.Empty(Catalog.Load().Apply().Problems);

    [Fact]
    public void Every_safety_rule_has_a_mutant()
    {
        var broken = Catalog.Load().Mutants.Select(mutant => mutant.Rule).ToHashSet();
        Assert.DoesNotContain(Enumerable.Range(1, Rules), rule => !broken.Contains(rule));
    }

    [Fact]
    public void A_text_that_is_there_twice_or_not_at_all_or_in_two_mutants_does_not_fit()
    {
        Mutant one = new("one", 1, "", new Hunter.Swarm(), []);
        Mutant other = one with { Name = "other" };
        List<string> problems = [];
        Patch.Apply("twice twice", [(one, Changed("twice", one))], problems);
        Patch.Apply("something", [(one, Changed("else", one))], problems);
        Patch.Apply("contested", [(one, Changed("contested", one)), (other, Changed("contested", other))], problems);
        Patch.Apply("overlapping", [(one, Changed("overlap", one)), (other, Changed("lapping", other))], problems);
        Patch.Apply("unswitched", [(one, new Edit("file", "unswitched", "always"))], problems);
        Assert.Equal(5, problems.Count);
    }

    [Fact]
    public void Edits_of_one_file_are_all_in_it()
    {
        Mutant one = new("one", 1, "", new Hunter.Swarm(), []);
        List<string> problems = [];
        Assert.Equal(
            "1 Mutant.Is(\"one\") 3 Mutant.Is(\"one\")",
            Patch.Apply("1 two 3 four", [(one, Changed("four", one)), (one, Changed("two", one))], problems));
        Assert.Empty(problems);
    }

    private static Edit Changed(string text, Mutant mutant) => new("file", text, mutant.Switch);
}
