using Xunit.Abstractions;

namespace DLedger.Processes.Tests;

/// <summary>Real processes, real ports, real disks. The same scenarios run longer with <c>soak</c>.</summary>
public sealed class ProcessTests(ITestOutputHelper output)
{
    private const int Lines = 20_000;

    [Fact]
    public Task A_server_and_its_commands_work_as_typed_and_after_restarts() => Scene.PlayAsync(output, FirstSteps.RunAsync);

    [Fact]
    public Task Lines_go_on_through_a_killed_leader_and_none_that_was_acknowledged_is_lost() =>
        Scene.PlayAsync(output, stage => LinesThroughALostLeader.RunAsync(stage, Lines, retryUnknown: false));

    [Fact]
    public Task Lines_of_unknown_outcome_are_sent_again_when_asked_for() =>
        Scene.PlayAsync(output, stage => LinesThroughALostLeader.RunAsync(stage, Lines, retryUnknown: true));

    [Fact]
    public Task Numbers_stay_dense_over_twenty_leaders() => Scene.PlayAsync(output, stage => ManyLeaders.RunAsync(stage, changes: 20, hasty: false));

    [Fact]
    public Task All_members_killed_at_once_lose_nothing() => Scene.PlayAsync(output, stage => KillAll.RunAsync(stage, rounds: 3));

    [Fact]
    public Task A_restarted_peer_on_the_same_port_catches_up() => Scene.PlayAsync(output, stage => ReturningPeer.RunAsync(stage, rounds: 3));

    [Fact]
    public Task A_backlog_of_64_MiB_to_one_peer_causes_no_election() => Scene.PlayAsync(output, stage => Backlog.RunAsync(stage, 64 << 20));

    [Fact]
    public Task A_group_of_three_goes_on_through_partitions_and_heals_by_itself() =>
        Scene.PlayAsync(output, stage => Partitions.RunAsync(stage, PartitionShape.All.Where(shape => shape.MembersCount == 3), TimeSpan.Zero));

    [Fact]
    public Task A_group_of_five_goes_on_through_partitions_and_heals_by_itself() =>
        Scene.PlayAsync(output, stage => Partitions.RunAsync(stage, PartitionShape.All.Where(shape => shape.MembersCount == 5), TimeSpan.Zero));

    [Fact]
    public Task Connections_that_carry_one_way_only_are_made_anew() => Scene.PlayAsync(output, OneWayConnections.RunAsync);

    [Fact]
    public Task Crowds_that_never_read_flood_or_say_nothing_leave_a_member_small_and_leading() =>
        Scene.PlayAsync(output, stage => Crowds.RunAsync(stage, TimeSpan.FromSeconds(3), silent: 700));

    [RootFact]
    public Task A_full_disk_refuses_appends_serves_reads_and_recovers_by_itself() =>
        Scene.PlayAsync(output, stage => FullDisk.RunAsync(stage, members: 1));

    [RootFact]
    public Task A_leader_with_a_full_disk_among_three_recovers_by_itself() => Scene.PlayAsync(output, stage => FullDisk.RunAsync(stage, members: 3));

    [Fact]
    public Task A_plain_application_appends_and_reads_by_messages_alone() => Scene.PlayAsync(output, PlainApplication.RunAsync);

    [Fact]
    public Task A_fresh_application_by_project_reference_starts_a_group_and_hands_over_at_SIGTERM() =>
        Scene.PlayAsync(output, FreshApplication.RunAsync);

    [Fact]
    public Task A_group_on_IPv6_is_served_by_every_command() => Scene.PlayAsync(output, Ipv6.RunAsync);

    [Fact]
    public Task A_host_whose_group_was_ended_by_somebody_ends_with_an_error() => Scene.PlayAsync(output, EndedFromOutside.RunAsync);

    [Fact]
    public Task A_transfer_under_load_leaves_no_outcome_unknown() => Scene.PlayAsync(output, stage => Transfers.RunAsync(stage, transfers: 5));

    [Fact]
    public Task A_preferred_leader_comes_back_by_itself() => Scene.PlayAsync(output, Transfers.PreferredAsync);

    [Fact]
    public Task A_killed_leader_is_replaced() => Scene.PlayAsync(output, stage => LostLeaders.RunAsync(stage, kills: 2));

    [Fact]
    public Task A_paused_leader_finds_itself_deposed_and_follows() =>
        Scene.PlayAsync(output, stage => PausedLeader.RunAsync(stage, rounds: 1, TimeSpan.Zero));

    [Fact]
    public Task A_group_of_one_that_is_started_with_three_loses_nothing_and_says_why_it_waits() => Scene.PlayAsync(output, GrownGroup.RunAsync);

    [Fact]
    public Task Safety_07_a_wiped_member_is_brought_up_to_date_and_does_not_count() => Scene.PlayAsync(output, WipedMember.RunAsync);

    [Theory]
    [InlineData(Application.ByClient)]
    [InlineData(Application.ByAsk)]
    [InlineData(Application.ByAkkasAsk)]
    public Task A_restarted_application_does_not_take_the_commit_of_its_earlier_life_for_its_own(string how) =>
        Scene.PlayAsync(output, stage => SecondLife.AppendAsync(stage, how));

    [Theory]
    [InlineData(Application.ByClient)]
    [InlineData(Application.ByAkkasAsk)]
    public Task A_restarted_application_does_not_take_what_its_earlier_life_read_for_its_own(string how) =>
        Scene.PlayAsync(output, stage => SecondLife.ReadAsync(stage, how));
}
