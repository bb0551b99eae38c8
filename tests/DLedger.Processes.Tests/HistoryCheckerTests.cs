using System.Buffers;
using System.Text;

namespace DLedger.Processes.Tests;

/// <summary>The checker of histories: a good one passes, and for each way to be bad there is one that it must not let pass.</summary>
public sealed class HistoryCheckerTests
{
    private readonly List<HistoryEvent> _history = [];
    private long _clients = 100;

    [Fact]
    public void A_history_with_all_outcomes_is_good()
    {
        Invoke(0, "a");
        Invoke(1, "b");
        Ok(1, "b", 0);
        ReadInvoke(2, 0);
        Ok(0, "a", 1);
        ReadOk(2, 0, "b");
        Invoke(0, "refused");
        Fail(0, "refused");
        Invoke(0, "lost");
        Invoke(1, "found");
        Info(0, "lost");
        Info(1, "found");
        ReadInvoke(2, 1);
        ReadOk(2, 1, "a", "found");
        ReadInvoke(2, 3);
        ReadOk(2, 3);
        ReadInvoke(3, 0);
        _history.Add(HistoryEvent.Read(3, HistoryType.Fail, 0, Now));
        Append("c", 3);
        Final("b", "a", "found", "c");
        Final("b", "a", "found", "c");

        var verdict = Check();

        Assert.True(verdict.IsClean, verdict.Show());
        Assert.Equal(new OutcomeCounts(Invoked: 6, Ok: 3, Fail: 1, Info: 2), verdict.Appends);
        Assert.Equal(new OutcomeCounts(Invoked: 6, Ok: 5, Fail: 1, Info: 0), verdict.Reads);
        Assert.Equal(2, verdict.WholeReads);
        Assert.Equal(4, verdict.Entries);
    }

    [Fact]
    public void Two_appends_that_are_ok_at_one_index_are_found()
    {
        Append("a", 0);
        Invoke(1, "b");
        Invoke(2, "c");
        Ok(1, "b", 1);
        Ok(2, "c", 1);
        ExpectFirst(HistoryRule.Durable);
    }

    [Fact]
    public void An_ok_append_that_has_become_another_one_is_found()
    {
        Invoke(1, "a");
        Invoke(2, "b");
        Ok(1, "a", 0);
        Info(2, "b");
        Final("b");
        ExpectFirst(HistoryRule.Durable);
    }

    [Fact]
    public void An_ok_append_that_is_there_a_second_time_is_found()
    {
        Append("a", 0);
        Append("b", 1);
        Final("a", "b", "a");
        ExpectFirst(HistoryRule.Durable);
    }

    [Fact]
    public void An_ok_append_that_was_seen_elsewhere_before_is_found()
    {
        Append("a", 0);
        Invoke(1, "b");
        ReadInvoke(2, 0);
        ReadOk(2, 0, "a", "b");
        Ok(1, "b", 2);
        ExpectFirst(HistoryRule.Durable);
    }

    [Fact]
    public void An_ok_append_that_is_lost_is_found()
    {
        Append("a", 0);
        Append("b", 1);
        Final("a");
        ExpectFirst(HistoryRule.Fresh);
    }

    [Fact]
    public void A_failed_append_in_a_read_is_found()
    {
        Append("a", 0);
        Invoke(1, "b");
        Fail(1, "b");
        Final("a", "b");
        ExpectFirst(HistoryRule.Honest);
    }

    [Fact]
    public void A_failed_append_that_was_read_before_it_failed_is_found()
    {
        Invoke(1, "a");
        ReadInvoke(2, 0);
        ReadOk(2, 0, "a");
        Fail(1, "a");
        ExpectFirst(HistoryRule.Honest);
    }

    [Fact]
    public void An_append_of_unknown_outcome_that_is_there_twice_is_found()
    {
        Invoke(1, "a");
        Info(1, "a");
        Final("a", "a");
        ExpectFirst(HistoryRule.Honest);
    }

    [Fact]
    public void A_body_that_nobody_appended_is_found()
    {
        Append("a", 0);
        Final("a", "b");
        ExpectFirst(HistoryRule.Honest);
    }

    [Fact]
    public void A_body_that_is_read_before_it_is_appended_is_found()
    {
        ReadInvoke(2, 0);
        ReadOk(2, 0, "a");
        Append("a", 0);
        ExpectFirst(HistoryRule.Honest);
    }

    [Fact]
    public void An_append_that_gets_in_before_one_that_was_acknowledged_when_it_began_is_found()
    {
        Append("a", 1);
        Append("b", 0);
        ExpectFirst(HistoryRule.Ordered);
    }

    [Fact]
    public void An_append_of_unknown_outcome_that_gets_in_before_what_was_acknowledged_when_it_began_is_found()
    {
        Append("a", 1);
        Invoke(1, "b");
        Info(1, "b");
        Final("b", "a");
        ExpectFirst(HistoryRule.Ordered);
    }

    [Fact]
    public void An_append_that_gets_in_before_what_was_read_when_it_began_is_found()
    {
        Invoke(1, "a");
        Invoke(2, "b");
        ReadInvoke(3, 0);
        ReadOk(3, 0, "a", "b");
        Invoke(4, "c");
        Ok(4, "c", 1);
        Assert.Contains(Check().Violations, violation => violation.Rule == HistoryRule.Ordered);
    }

    [Fact]
    public void Appends_that_were_open_together_may_have_any_order()
    {
        Invoke(1, "a");
        Invoke(2, "b");
        Ok(1, "a", 1);
        Ok(2, "b", 0);
        Final("b", "a");
        Assert.True(Check().IsClean);
    }

    [Fact]
    public void A_read_that_misses_what_was_acknowledged_before_it_began_is_found()
    {
        Append("a", 0);
        Append("b", 1);
        ReadInvoke(2, 0);
        ReadOk(2, 0, "a");
        ExpectFirst(HistoryRule.Fresh);
    }

    [Fact]
    public void A_read_that_misses_what_another_read_had_seen_is_found()
    {
        Invoke(1, "a");
        ReadInvoke(2, 0);
        ReadOk(2, 0, "a");
        ReadInvoke(2, 0);
        ReadOk(2, 0);
        ExpectFirst(HistoryRule.Fresh);
    }

    [Fact]
    public void A_read_that_says_there_is_nothing_where_something_is_is_found()
    {
        Append("a", 0);
        Append("b", 1);
        ReadInvoke(2, 1);
        ReadOk(2, 1);
        ExpectFirst(HistoryRule.Fresh);
    }

    [Fact]
    public void A_read_that_misses_what_was_acknowledged_while_it_was_open_is_good()
    {
        Append("a", 0);
        ReadInvoke(2, 0);
        Append("b", 1);
        ReadOk(2, 0, "a");
        Final("a", "b");
        Assert.True(Check().IsClean);
    }

    [Fact]
    public void Two_reads_that_saw_different_logs_are_found()
    {
        Invoke(1, "a");
        Invoke(2, "b");
        ReadInvoke(3, 0);
        ReadOk(3, 0, "a");
        ReadInvoke(3, 0);
        ReadOk(3, 0, "b");
        ExpectFirst(HistoryRule.Fresh);
    }

    [Fact]
    public void A_read_with_a_hole_is_found()
    {
        Append("a", 0);
        Append("b", 1);
        Append("c", 2);
        ReadInvoke(3, 0);
        ReadOk(3, 0, "a", "c");
        ExpectFirst(HistoryRule.Durable);
    }

    [Fact]
    public void Members_with_logs_of_different_lengths_at_the_end_are_found()
    {
        Append("a", 0);
        Invoke(1, "b");
        Info(1, "b");
        ReadInvoke(2, 0);
        ReadInvoke(3, 0);
        ReadOk(2, 0, "a");
        ReadOk(3, 0, "a", "b");
        ExpectFirst(HistoryRule.Complete);
    }

    [Fact]
    public void A_history_whose_log_was_not_read_after_the_last_append_is_found()
    {
        Append("a", 0);
        Final("a");
        Append("b", 1);
        ExpectFirst(HistoryRule.Complete);
    }

    [Fact]
    public void A_whole_read_that_began_before_the_last_append_ended_does_not_count_as_the_end()
    {
        Invoke(1, "a");
        ReadInvoke(2, 0);
        Ok(1, "a", 0);
        ReadOk(2, 0, "a");
        ExpectFirst(HistoryRule.Complete);
    }

    [Fact]
    public void A_client_with_two_open_operations_is_found()
    {
        Invoke(1, "a");
        Invoke(1, "b");
        ExpectFirst(HistoryRule.Format);
    }

    [Fact]
    public void A_client_that_goes_on_after_an_unknown_outcome_is_found()
    {
        Invoke(1, "a");
        Info(1, "a");
        Invoke(1, "b");
        ExpectFirst(HistoryRule.Format);
    }

    [Fact]
    public void An_answer_to_nothing_is_found()
    {
        Ok(1, "a", 0);
        ExpectFirst(HistoryRule.Format);
    }

    [Fact]
    public void A_body_that_is_appended_twice_is_found()
    {
        Append("a", 0);
        Invoke(1, "a");
        ExpectFirst(HistoryRule.Format);
    }

    [Fact]
    public void Time_that_goes_back_is_found()
    {
        _history.Add(HistoryEvent.Append(1, HistoryType.Invoke, "a", 20));
        _history.Add(HistoryEvent.Append(1, HistoryType.Ok, "a", 10, 0));
        ExpectFirst(HistoryRule.Format);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"client":1,"op":"write","type":"invoke","value":"a","index":null,"t":1}""")]
    [InlineData("""{"client":1,"op":"append","type":"done","value":"a","index":null,"t":1}""")]
    [InlineData("""{"client":1,"op":"append","type":"invoke","value":null,"index":null,"t":1}""")]
    [InlineData("""{"client":1,"op":"append","type":"ok","value":"a","index":null,"t":1}""")]
    [InlineData("""{"client":1,"op":"append","type":"ok","value":"a","index":-1,"t":1}""")]
    [InlineData("""{"client":1,"op":"append","type":"ok","value":"a","index":0.5,"t":1}""")]
    [InlineData("""{"client":1,"op":"read","type":"invoke","value":null,"index":null,"t":1}""")]
    [InlineData("""{"client":1,"op":"read","type":"ok","value":"a","index":0,"t":1}""")]
    [InlineData("""{"client":1,"op":"read","type":"ok","value":[1],"index":0,"t":1}""")]
    public void What_is_no_line_of_a_history_is_found(string line)
    {
        var checker = new HistoryChecker();
        checker.AddLine(line);
        Assert.Equal(HistoryRule.Format, checker.End().Violations[0].Rule);
    }

    [Fact]
    public void Lines_have_the_documented_form_and_are_read_as_they_were_written()
    {
        string[] lines =
        [
            """{"client":3,"op":"append","type":"invoke","value":"3-0 \"ü\"","index":null,"t":5}""",
            """{"client":3,"op":"append","type":"ok","value":"3-0 \"ü\"","index":7,"t":6}""",
            """{"client":4,"op":"read","type":"invoke","value":null,"index":7,"t":7}""",
            """{"client":4,"op":"read","type":"ok","value":["3-0 \"ü\"","x"],"index":7,"t":8}""",
            """{"client":5,"op":"read","type":"info","value":null,"index":7,"t":9}""",
        ];
        foreach (var line in lines)
        {
            var output = new ArrayBufferWriter<byte>();
            HistoryLine.Write(output, HistoryLine.Parse(line));
            Assert.Equal(line + "\n", Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void Availability_counts_whole_seconds_with_an_ok_append_and_the_longest_time_without()
    {
        // Acknowledged in the seconds 0, 1 and 4 of five; from 1.5 s to 4.2 s nothing.
        foreach (var (invoke, ok) in new[] { (0, 200), (1000, 1500), (4000, 4200), (5100, 5200) })
        {
            _history.Add(HistoryEvent.Append(1, HistoryType.Invoke, $"{invoke}", invoke * 1_000_000L));
            _history.Add(HistoryEvent.Append(1, HistoryType.Ok, $"{invoke}", ok * 1_000_000L, _history.Count / 2));
        }

        var verdict = Check();

        Assert.Equal((5, 3), (verdict.Seconds, verdict.SecondsWithOk));
        Assert.Equal(TimeSpan.FromMilliseconds(2700), verdict.LongestGap);
    }

    [Fact]
    public async Task A_recorded_history_is_checked_from_its_file()
    {
        var folder = Directory.CreateTempSubdirectory("dledger-history-").FullName;
        var path = Path.Combine(folder, "history.jsonl");
        await using (var recorder = new HistoryRecorder(path))
        {
            var client = recorder.NewClient();
            recorder.Append(client, HistoryType.Invoke, "a");
            recorder.Append(client, HistoryType.Ok, "a", 0);
            recorder.Read(client, HistoryType.Invoke, 0);
            recorder.Read(client, HistoryType.Ok, 0, ["a"]);
        }

        Assert.Equal(0, await CheckCommand.RunAsync([path]));
        var lines = await File.ReadAllLinesAsync(path);
        await File.WriteAllLinesAsync(path, lines.Select(line => line.Replace("[\"a\"]", "[]", StringComparison.Ordinal)));
        Assert.Equal(1, await CheckCommand.RunAsync([path]));
        Directory.Delete(folder, recursive: true);
    }

    private long Now => _history.Count;

    private void Invoke(long client, string body) => _history.Add(HistoryEvent.Append(client, HistoryType.Invoke, body, Now));

    private void Ok(long client, string body, long index) => _history.Add(HistoryEvent.Append(client, HistoryType.Ok, body, Now, index));

    private void Fail(long client, string body) => _history.Add(HistoryEvent.Append(client, HistoryType.Fail, body, Now));

    private void Info(long client, string body) => _history.Add(HistoryEvent.Append(client, HistoryType.Info, body, Now));

    private void ReadInvoke(long client, long from) => _history.Add(HistoryEvent.Read(client, HistoryType.Invoke, from, Now));

    private void ReadOk(long client, long from, params string[] bodies) => _history.Add(HistoryEvent.Read(client, HistoryType.Ok, from, Now, bodies));

    /// <summary>An append of a client of its own, from beginning to end.</summary>
    private void Append(string body, long index)
    {
        var client = _clients++;
        Invoke(client, body);
        Ok(client, body, index);
    }

    /// <summary>A read of the whole log.</summary>
    private void Final(params string[] bodies)
    {
        var client = _clients++;
        ReadInvoke(client, 0);
        ReadOk(client, 0, bodies);
    }

    private void ExpectFirst(HistoryRule rule)
    {
        var verdict = Check();
        Assert.False(verdict.IsClean);
        Assert.Equal(rule, verdict.Violations[0].Rule);
    }

    private HistoryVerdict Check()
    {
        var checker = new HistoryChecker();
        foreach (var line in _history) checker.Add(line);
        return checker.End();
    }
}
