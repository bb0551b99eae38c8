using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests;

/// <summary>What must be given is asked for by name at the call, not met as a null reference deep inside.</summary>
public sealed class NothingIsNullTests
{
    private static readonly ElectionSettings OfA = Elections.ElectionBench.SettingsOf("a");
    private static readonly Membership Three = Elections.ElectionBench.MembersOf("abc");
    private static readonly ReplicationSettings Limits = new(
        1, 1, 1, TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), 0);

    [Fact]
    public void An_election_names_what_it_lacks()
    {
        static TimeSpan Timeout() => TimeSpan.Zero;
        static long Nonce() => 0;
        Assert.Throws<ArgumentNullException>("settings", () => new Election(null!, Three, HardState.Initial, TimeSpan.Zero, Timeout, Nonce));
        Assert.Throws<ArgumentNullException>("members", () => new Election(OfA, null!, HardState.Initial, TimeSpan.Zero, Timeout, Nonce));
        Assert.Throws<ArgumentNullException>("loaded", () => new Election(OfA, Three, null!, TimeSpan.Zero, Timeout, Nonce));
        Assert.Throws<ArgumentNullException>("drawTimeout", () => new Election(OfA, Three, HardState.Initial, TimeSpan.Zero, null!, Nonce));
        Assert.Throws<ArgumentNullException>("drawNonce", () => new Election(OfA, Three, HardState.Initial, TimeSpan.Zero, Timeout, null!));
        var election = new Election(OfA, Three, HardState.Initial, TimeSpan.Zero, Timeout, Nonce);
        Assert.Throws<ArgumentNullException>("members", () => election.Fenced(Term.None, LogPoint.Origin, null!));
        Assert.Throws<ArgumentNullException>("members", () => election.TailReported(LogPoint.Origin, null!, TimeSpan.Zero));
    }

    [Fact]
    public void A_followers_log_names_what_it_lacks()
    {
        Assert.Throws<ArgumentNullException>("terms", () => new LogMatching(null!, new CommitPosition(I(0))));
        Assert.Throws<ArgumentNullException>("commit", () => new LogMatching(Terms(), null!));
        var follower = new LogMatching(Terms(), new CommitPosition(I(0)));
        Assert.Throws<ArgumentNullException>("leaderRuns", () => follower.Compare(LogPoint.Origin, null!));
        Assert.Throws<ArgumentNullException>("batches", () => follower.Judge(T(1), LogPoint.Origin, null!));
    }

    [Fact]
    public void The_progress_of_a_peer_names_what_it_lacks()
    {
        Assert.Throws<ArgumentNullException>("settings", () => new PeerProgress(null!, Terms(), Tail.Empty, I(0), TimeSpan.Zero));
        Assert.Throws<ArgumentNullException>("terms", () => new PeerProgress(Limits, null!, Tail.Empty, I(0), TimeSpan.Zero));
        var progress = new PeerProgress(Limits, Terms(), Tail.Empty, I(0), TimeSpan.Zero);
        Assert.Throws<ArgumentNullException>("batch", () => progress.Appended(null!, TimeSpan.Zero));
        Assert.Throws<ArgumentNullException>("batches", () => progress.BatchesRead(ReadOutcome.Found, null!, TimeSpan.Zero));
    }

    [Fact]
    public void The_commit_rule_and_the_intake_name_what_they_lack()
    {
        Assert.Throws<ArgumentNullException>("members", () => new CommitRule(null!, I(1), I(0)));
        var intake = new AppendIntake<string>(new IntakeSettings(1, 1, 1, 1));
        Assert.Throws<ArgumentNullException>("bodies", () => intake.JudgeSize(null!, out _));
        Assert.Throws<ArgumentNullException>("bodies", () => intake.Accept("client", null!, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_log_names_what_it_lacks()
    {
        using var store = new MemoryLogStoreFactory(Guid.NewGuid).Open("g", "n0");
        using var log = store.OpenGroup("g", new Storage.StoreNews());
        Assert.Throws<ArgumentNullException>("batch", () => log.Writer.TryAppend(null!, out _));
        Assert.Throws<ArgumentNullException>("into", () => log.Reader.Read(I(1), 1, null!));
    }
}
