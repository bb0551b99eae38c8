using CsCheck;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Log;

/// <summary>Which batch has which term.</summary>
public sealed class TermTableTests
{
    [Fact]
    public void A_log_is_kept_as_runs_of_terms()
    {
        var table = Terms(1, 1, 4, 4, 4, 6);
        Assert.Equal([new TermRun(T(1), I(1), I(2)), new TermRun(T(4), I(3), I(5)), new TermRun(T(6), I(6), I(6))], table.Runs);
    }

    [Fact]
    public void Raft_5_3_terms_never_fall_and_indexes_leave_no_gap()
    {
        var table = Terms(1, 4);
        Assert.Throws<InvariantBrokenException>(() => table.Append(At(3, 3)));
        Assert.Throws<InvariantBrokenException>(() => table.Append(At(4, 4)));
        Assert.Throws<InvariantBrokenException>(() => table.Append(At(2, 4)));
        Assert.Throws<InvariantBrokenException>(() => table.AppendRun(new TermRun(T(3), I(3), I(4))));
        Assert.Throws<InvariantBrokenException>(() => table.AppendRun(new TermRun(T(4), I(4), I(5))));
        Assert.Throws<InvariantBrokenException>(() => table.AppendRun(new TermRun(T(4), I(3), I(2))));
    }

    [Fact]
    public void A_run_that_goes_on_in_the_last_term_is_no_second_run_of_it()
    {
        var table = Terms(1, 4);
        table.AppendRun(new TermRun(T(4), I(3), I(9)));
        Assert.Equal([new TermRun(T(1), I(1), I(1)), new TermRun(T(4), I(2), I(9))], table.Runs);
    }

    [Fact]
    public void What_is_not_in_the_log_cannot_become_its_base() =>
        Assert.Throws<InvariantBrokenException>(() => Terms(1, 4).DropUpTo(At(2, 1)));

    [Fact]
    public void A_clone_goes_its_own_way()
    {
        var table = Terms(1, 1);
        var clone = table.Clone();
        table.Append(At(3, 2));
        Assert.Equal(At(2, 1), clone.Last);
    }

    [Fact]
    public void It_agrees_with_a_plain_list_of_terms()
    {
        var step = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 100]);
        step.Array[0, 60].Sample(
            steps =>
            {
                var table = new TermTable(LogPoint.Origin);
                List<long> plain = [0]; // the base first
                var first = 0; // index of the base
                foreach (var (kind, number) in steps)
                {
                    var last = first + plain.Count - 1;
                    switch (kind)
                    {
                        case <= 5:
                            var term = Math.Max(1, plain[^1]) + (number % 3 == 0 ? number % 5 : 0);
                            plain.Add(term);
                            table.Append(At(last + 1, term));
                            break;
                        case 6:
                            var runTerm = Math.Max(1, plain[^1]) + (number % 2);
                            var length = (number % 7) + 1;
                            plain.AddRange(Enumerable.Repeat(runTerm, length));
                            table.AppendRun(new TermRun(T(runTerm), I(last + 1), I(last + length)));
                            break;
                        case 7:
                            var keep = number * plain.Count / 101;
                            plain.RemoveRange(keep + 1, plain.Count - keep - 1);
                            table.TruncateAfter(I(first + keep));
                            break;
                        case 8:
                            var gone = number * plain.Count / 101;
                            plain.RemoveRange(0, gone);
                            first += gone;
                            table.DropUpTo(At(first, plain[0]));
                            break;
                        default:
                            first += number;
                            plain = [plain[^1] + 1];
                            table.Reset(At(first, plain[0]));
                            break;
                    }

                    for (var index = first - 2; index <= first + plain.Count + 1; index++)
                    {
                        var at = index - first;
                        Assert.Equal(at >= 0 && at < plain.Count ? T(plain[at]) : null, table.TermAt(I(index)));
                    }

                    Assert.Equal(At(first, plain[0]), table.Base);
                    Assert.Equal(At(first + plain.Count - 1, plain[^1]), table.Last);
                    Assert.True(table.Contains(table.Last) && table.Contains(table.Base));
                    Assert.Equal(plain.Skip(1).Distinct().Count(), table.Runs.Count);
                }
            },
            iter: 3_000);
    }
}
