using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Contract;

/// <summary>What a store on disk promises besides: it finds after opening what was there at closing, and knows whose folder it is.</summary>
public abstract class DurableLogStoreContract : LogStoreContract
{
    private protected override bool Durable => true;

    [Fact]
    public void A_clean_stop_loses_nothing_flushed_or_not()
    {
        var driver = OpenLog();
        for (var i = 0; i < 200; i++) driver.Append(1 + (i / 40), (i * 97) % 2_000, 3);
        CloseAll();
        var again = OpenLog(model: driver.Model);
        again.Check();
        Assert.Equal(driver.Log.Writer.Terms.Runs, again.Log.Writer.Terms.Runs);
        again.Append(9, 1);
        again.Flush();
        again.Check();
        Assert.Empty(driver.Listener.Breaches);
        Assert.Null(driver.Listener.Failure);
    }

    [Fact]
    public void What_was_superseded_or_truncated_stays_gone_after_reopening()
    {
        var driver = OpenLog();
        for (var i = 0; i < 100; i++) driver.Append(1, 100);
        driver.AppendAfter(new LogIndex(60), 2, 5);
        driver.Append(2, 100);
        driver.Truncate(new LogIndex(61));
        driver.AppendAfter(new LogIndex(30), 3, 5, 5);
        for (var i = 0; i < 10; i++) driver.Append(3, 100);
        driver.Truncate(new LogIndex(35));
        CloseAll();
        driver = OpenLog(model: driver.Model);
        driver.Check();
        driver.Append(4, 1);
        CloseAll();
        OpenLog(model: driver.Model).Check();
    }

    [Fact]
    public void A_truncate_alone_survives_reopening()
    {
        var driver = OpenLog();
        for (var i = 0; i < 10; i++) driver.Append(1, 100);
        driver.Flush();
        CloseAll();
        driver = OpenLog(model: driver.Model);
        driver.Truncate(new LogIndex(4));
        driver.Flush();
        CloseAll();
        OpenLog(model: driver.Model).Check();
    }

    [Fact]
    public void Safety_25_a_reset_survives_reopening_with_its_base()
    {
        var driver = OpenLog();
        for (var i = 0; i < 10; i++) driver.Append(1, 100);
        driver.Reset(new Tail(new LogIndex(500), new Term(3), new EntryIndex(7_777)));
        CloseAll();
        driver = OpenLog(model: driver.Model);
        driver.Check();
        driver.Append(3, 1, 2);
        driver.Append(4);
        CloseAll();
        OpenLog(model: driver.Model).Check();
    }

    [Fact]
    public void A_base_that_retention_moved_stays_there_after_reopening()
    {
        var driver = OpenLog(retentionBytes: 100_000);
        for (var i = 0; i < 300; i++) driver.Append(1 + (i / 100), 4_000);
        driver.Flush();
        Assert.NotNull(driver.Retain(new LogIndex(290)));
        driver.Listener.WaitBaseMoved(LogIndex.None);
        CloseAll();
        driver = OpenLog(retentionBytes: 100_000, driver.Model);
        driver.Check();
        driver.Append(5, 10);
        CloseAll();
        OpenLog(model: driver.Model).Check();
    }

    [Fact]
    public void A_base_that_was_moved_just_before_a_clean_stop_stays_there_too()
    {
        var driver = OpenLog(retentionBytes: 100_000);
        for (var i = 0; i < 300; i++) driver.Append(1, 4_000);
        driver.Flush();
        Assert.NotNull(driver.Retain(new LogIndex(290)));
        CloseAll();
        OpenLog(retentionBytes: 100_000, driver.Model).Check();
    }

    [Fact]
    public void The_largest_prefix_of_a_base_comes_back_whole()
    {
        var driver = OpenLog(retentionBytes: 100_000);
        for (var i = 0; i < 300; i++) driver.Append(1, 4_000);
        driver.Flush();
        var moved = new LogBase(driver.Log.Writer.FindNewBase(new LogIndex(290))!.Value, LogDriver.Body(driver.Log.Writer.MaxPrefixBytes));
        driver.Log.Writer.MoveBase(moved);
        driver.Model.MoveBase(moved);
        CloseAll();
        driver = OpenLog(model: driver.Model);
        driver.Check();
        var elsewhere = new Tail(new LogIndex(5_000), new Term(1), new EntryIndex(9_000), new LogTime(1_000_000));
        var reset = new LogBase(elsewhere, LogDriver.Body(driver.Log.Writer.MaxPrefixBytes));
        Assert.Equal(WriteOutcome.Accepted, driver.TryReset(reset));
        driver.Append(1, 10);
        CloseAll();
        OpenLog(model: driver.Model).Check();
    }

    [Fact]
    public void Safety_26_a_checkpoint_is_found_as_long_as_its_batch_is_in_the_log()
    {
        var driver = OpenLog();
        driver.Append(1, 10);
        driver.Append(1, 10);
        driver.KeepCheckpoint();
        driver.Append(1, 10);
        var kept = driver.KeepCheckpoint();
        driver.Append(1, 10);
        CloseAll();
        driver = OpenLog(model: driver.Model);
        Assert.Equal(kept, driver.Log.FoundCheckpoint);
        driver.Check();
        // Superseded, and so nothing to go on from.
        driver.AppendAfter(new LogIndex(2), 2, 10);
        CloseAll();
        driver = OpenLog(model: driver.Model);
        Assert.Null(driver.Log.FoundCheckpoint);
        driver.KeepCheckpoint();
        driver.Reset(new Tail(new LogIndex(500), new Term(3), new EntryIndex(7_777)));
        CloseAll();
        Assert.Null(OpenLog(model: driver.Model).Log.FoundCheckpoint);
    }

    [Fact]
    public void The_store_id_and_the_hard_state_stay_the_same()
    {
        Guid storeId;
        HardState state;
        using (var store = Factory().Open("g", "n0"))
        using (var log = store.OpenGroup("g", new RecordingListener()))
        {
            Assert.NotEqual(Guid.Empty, store.StoreId);
            storeId = store.StoreId;
            state = new HardState(new Term(7), "n1", [new KnownPeer("n1", store.StoreId, true), new KnownPeer("n2", Guid.NewGuid(), false)]);
            Assert.Null(new LogDriver(log, new RecordingListener()).Save(new HardState(new Term(6), null, [])));
            Assert.Null(new LogDriver(log, new RecordingListener()).Save(state));
        }

        using var again = Factory().Open("g", "n0");
        using var logAgain = again.OpenGroup("g", new RecordingListener());
        Assert.Equal(storeId, again.StoreId);
        var loaded = logAgain.HardState.Loaded;
        Assert.Equal(state.Term, loaded.Term);
        Assert.Equal(state.VotedFor, loaded.VotedFor);
        Assert.Equal(state.Peers, loaded.Peers);
    }

    [Fact]
    public void Another_members_folder_is_refused_by_name()
    {
        Factory().Open("g", "n0").Dispose();
        var refused = Assert.Throws<StoreException>(() => Factory().Open("g", "n1"));
        Assert.Contains("n0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("n1", refused.Message, StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => Factory().Open("h", "n0"));
        Factory().Open("g", "n0").Dispose();
    }

    [Fact]
    public void Twenty_openings_in_a_row_lose_and_add_nothing()
    {
        var driver = OpenLog();
        for (var i = 0; i < 20; i++)
        {
            driver.Append(1 + i);
            for (var j = 0; j < i; j++) driver.Append(1 + i, 700);
            CloseAll();
            driver = OpenLog(model: driver.Model);
            driver.Check();
        }
    }
}
