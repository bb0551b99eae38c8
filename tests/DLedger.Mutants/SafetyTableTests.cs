using System.Globalization;
using System.Text.RegularExpressions;

namespace DLedger.Mutants;

/// <summary>The table of safety rules in docs/architecture.md, against the code and the tests that it names.</summary>
public sealed partial class SafetyTableTests
{
    private const int Rules = 30;

    private static readonly string Root = Catalog.Load().Root;

    [Fact]
    public void There_is_a_row_for_every_rule_with_a_place_and_a_test()
    {
        var rows = Rows().ToDictionary(row => row.Rule);
        Assert.Empty(Enumerable.Range(1, Rules).Except(rows.Keys));
        Assert.All(rows.Values, row => Assert.NotEmpty(Places().Matches(row.Places)));
        Assert.All(rows.Values, row => Assert.NotEmpty(Tests().Matches(row.Tests)));
    }

    [Fact]
    public void Every_test_that_it_names_is_there_and_has_the_number()
    {
        var sources = Sources("tests").ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText);
        foreach (var row in Rows())
        {
            foreach (Match test in Tests().Matches(row.Tests))
            {
                var (name, type) = (test.Groups["name"].Value, test.Groups["type"].Value);
                Assert.True(sources[type].Any(text => text.Contains($" {name}(", StringComparison.Ordinal)), $"rule {row.Rule}: {name} of {type}");
                Assert.Contains(row.Rule.ToString("_00", CultureInfo.InvariantCulture), name, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_place_that_it_names_is_a_word_of_the_product()
    {
        var words = Sources("src").SelectMany(file => Words().Matches(File.ReadAllText(file))).Select(word => word.Value).ToHashSet();
        foreach (var row in Rows())
        {
            foreach (Match place in Places().Matches(row.Places))
            {
                if (File.Exists(Path.Combine(Root, "src", "DLedger.Actors", "Node", place.Groups["place"].Value))) continue;
                Assert.All(Words().Matches(place.Groups["place"].Value), word => Assert.Contains(word.Value, words));
            }
        }
    }

    private static IEnumerable<(int Rule, string Places, string Tests)> Rows() =>
        from line in File.ReadLines(Path.Combine(Root, "docs", "architecture.md"))
        let row = Row().Match(line)
        where row.Success
        select (int.Parse(row.Groups["rule"].Value, CultureInfo.InvariantCulture), row.Groups["places"].Value, row.Groups["tests"].Value);

    /// <summary>Not what a build has left.</summary>
    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateDirectories(Path.Combine(Root, folder))
            .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| (?<rule>\d+) \| .* \| (?<places>.*) \| (?<tests>.*) \|$")]
    private static partial Regex Row();

    [GeneratedRegex("`(?<place>[^`]+)`")]
    private static partial Regex Places();

    [GeneratedRegex(@"`(?<name>Safety_\w+)` \((?<type>\w+)\)")]
    private static partial Regex Tests();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
