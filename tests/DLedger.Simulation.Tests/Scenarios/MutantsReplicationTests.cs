using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>What a leader believes of its peers.</summary>
public sealed class MutantsReplicationTests
{
    [Fact]
    public void Safety_09_an_ack_that_was_given_in_an_earlier_term_does_not_count_in_this_one()
    {
        var run = new Scenario(5);
        run.StartLedBy("n0");
        run.Commit("n0", 2);
        run.Until("all have it", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));

        // In its first term n0 gives four batches to n2 alone, whose ack for them stays under way.
        var toOthers = run.Network.Withhold(
            letter => letter is { From.Node: "n0", To.Node: "n1" or "n3" or "n4", Message: Push { Batches.Count: > 0 } });
        var acks = run.Network.Withhold(letter => letter is { From.Node: "n2", Message: PushAck });
        AppendUpTo(run, "n0", new LogIndex(run.TailOf("n0").Index.Value + 4));
        run.Until("n2 has acked them", () => acks.Letters.Any(letter => ((PushAck)letter.Message).Flushed == run.TailOf("n0").Index));
        var late = acks.Letters[^1];
        acks.Dispose();
        toOthers.Dispose();

        // n1 is elected without them, and takes them from both.
        run.CutOff("n0", "n2");
        run.Elect("n1");
        run.Commit("n1");
        run.Network.Heal();
        run.Until("all have what n1 has", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n1")));

        // In its second term n0 has other batches of these numbers, on its own disk and on that of n3.
        run.CutOff("n1");
        run.Elect("n0");
        run.Until(
            "the others have its no-op",
            () => run.TailOf("n2") == run.TailOf("n0") && run.TailOf("n3") == run.TailOf("n0") && run.TailOf("n4") == run.TailOf("n0"));
        using var toMost = run.Network.Withhold(letter => letter is { From.Node: "n0", To.Node: "n2" or "n4", Message: Push { Batches.Count: > 0 } });
        var last = AppendUpTo(run, "n0", ((PushAck)late.Message).Flushed);
        run.Until("n3 has them", () => run.TailOf("n3") == run.TailOf("n0"));
        run.Let(0.05);
        late.Deliver();
        run.Let(0.05);
        Assert.Null(last.Answer);
        toMost.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Safety_12_a_push_behind_a_batch_of_another_term_does_not_fit()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0");
        run.CutOff("n0");
        AppendUpTo(run, "n0", new LogIndex(run.TailOf("n0").Index.Value + 3));
        run.Let(0.05);
        var own = run.TailOf("n0");
        run.Elect("n1");
        run.Commit("n1");

        // n0 takes over the shorter log of n1, but none of that gets to its disk.
        var compares = run.Network.Withhold(letter => letter is { To.Node: "n0", Message: Compare });
        run.Network.Heal();
        run.Until("n0 has saved the term of n1", () => run.TermOf("n0") == run.TermOf("n1"));
        run.Disk("n0").Stall(true);
        compares.Dispose();
        var pushes = run.Network.Copy(letter => letter is { To.Node: "n0", Message: Push });
        run.Until(
            "n1 pushes behind what n0 has from it", () => pushes.Letters.Any(letter => ((Push)letter.Message).Previous == run.TailOf("n1").Point));
        pushes.Dispose();
        run.PowerFails("n0");
        run.Disk("n0").Stall(false);

        // Where that push goes on, n0 has a batch of its own again.
        using var toN0 = run.Network.Withhold(letter => letter.To.Node == "n0" && letter.Message is not (Hello or HelloReply));
        var answers = run.Network.Copy(letter => letter is { From.Node: "n0", Message: PushRefused or PushAck });
        run.Restart("n0");
        run.UntilStatus("n0", status => status.Role == MemberRole.Follower);
        Assert.Equal(own, run.TailOf("n0"));
        run.Let(0.05); // the members greet each other
        pushes.Letters[^1].Deliver();
        run.Until("n0 answers", () => answers.Letters.Count > 0);
        Assert.DoesNotContain(answers.Letters, letter => letter.Message is PushAck);
        answers.Dispose();
        toN0.Dispose();
        run.EndsWell();
    }

    /// <summary>One batch after the other; the last request, which is not answered yet.</summary>
    private static Request AppendUpTo(Scenario run, string leader, LogIndex index)
    {
        Request? last = null;
        while (run.TailOf(leader).Index < index)
        {
            var before = run.TailOf(leader);
            last = run.Append(leader);
            run.Until("it is in the log", () => run.TailOf(leader) != before);
        }

        return last ?? throw run.World.Failure($"{leader} has batch {index} already.");
    }
}
