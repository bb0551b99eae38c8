using Xunit;
using Xunit.Abstractions;

namespace DLedger.Processes.Tests;

/// <summary>Real servers on folders that something is wrong with.</summary>
public sealed class SickFolderTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_flipped_bit_in_the_last_acknowledged_entry_is_refused_after_kill_9() =>
        Scene.PlayAsync(output, stage => SickFolder.FlippedBitAsync(stage, rounds: 3));

    [Fact]
    public Task Two_servers_never_share_a_folder_whatever_happens_to_the_lock_file() => Scene.PlayAsync(output, SickFolder.SharedAsync);

    [Fact]
    public Task Lines_go_on_through_segments_that_fill_faster_than_they_are_made() =>
        Scene.PlayAsync(output, stage => SickFolder.SmallSegmentsAsync(stage, lines: 5_000));

    [Fact]
    public Task A_folder_that_is_a_file_is_named_in_one_line() => Scene.PlayAsync(output, SickFolder.UnusableAsync);

    [RootFact]
    public Task A_read_only_disk_is_named_in_one_line_and_can_be_verified() => Scene.PlayAsync(output, SickFolder.ReadOnlyAsync);

    [Fact]
    public Task Too_few_open_files_are_named_in_one_line_and_a_few_more_than_needed_are_enough() => Scene.PlayAsync(output, SickFolder.FewFilesAsync);
}
