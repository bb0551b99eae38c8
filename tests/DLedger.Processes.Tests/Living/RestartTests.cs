using Xunit.Abstractions;

namespace DLedger.Processes.Tests;

/// <summary>Groups and roles that start again inside ActorSystems that live on, and are heard again by everybody.</summary>
public sealed class RestartTests(ITestOutputHelper output)
{
    private const string Group = "g";

    private static readonly string[] s_roles = ["elector", "entry-handler", "quorum-ack-checker", "reader", "dispatcher"];

    [Fact]
    public Task A_group_that_starts_again_inside_a_living_system_is_not_deaf() => Scene.PlayAsync(output, async stage =>
    {
        var (systems, client) = await StartAsync(stage);
        var times = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var id = systems.Ids.ElementAt(i % systems.Ids.Count);
            await systems.StopAsync(Group, id);
            systems.Start(Group, id);
            times.Add(await systems.WorksAsync(client));
        }

        stage.Figure("20 stops and starts: until all is well again, longest", Figures.Ms(times.Max()));
    });

    [Fact]
    public Task A_member_that_starts_again_twenty_times_in_a_row_is_not_deaf() => Scene.PlayAsync(output, async stage =>
    {
        var (systems, client) = await StartAsync(stage);
        for (var i = 0; i < 20; i++)
        {
            await systems.StopAsync(Group, "n1");
            systems.Start(Group, "n1");
        }

        stage.Figure("after the last of 20 starts in a row", Figures.Ms(await systems.WorksAsync(client)));
    });

    [Theory]
    [InlineData("elector")]
    [InlineData("entry-handler")]
    [InlineData("quorum-ack-checker")]
    [InlineData("reader")]
    [InlineData("dispatcher")]
    public Task A_group_whose_role_has_failed_three_times_on_each_member_is_not_deaf(string role) => Scene.PlayAsync(output, async stage =>
    {
        var (systems, client) = await StartAsync(stage);
        var times = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            foreach (var id in systems.Ids)
            {
                await systems.FailAsync(Group, (id, role));
                times.Add(await systems.WorksAsync(client));
            }
        }

        stage.Figure($"9 failures of {role}: until all is well again, longest", Figures.Ms(times.Max()));
    });

    [Fact]
    public Task A_group_whose_electors_all_failed_at_once_elects_again() => Scene.PlayAsync(output, async stage =>
    {
        var (systems, client) = await StartAsync(stage);
        var times = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            await systems.FailAsync(Group, [.. systems.Ids.Select(id => (id, "elector"))]);
            times.Add(await systems.WorksAsync(client));
        }

        stage.Figure("3 failures of all electors: until all is well again, longest", Figures.Ms(times.Max()));
    });

    [Fact]
    public Task A_group_whose_roles_all_failed_at_once_on_all_members_elects_again() => Scene.PlayAsync(output, async stage =>
    {
        var (systems, client) = await StartAsync(stage);
        await systems.FailAsync(Group, [.. systems.Ids.SelectMany(id => s_roles.Select(role => (id, role)))]);
        stage.Figure("all roles of all members failed: until all is well again", Figures.Ms(await systems.WorksAsync(client)));
    });

    [Fact]
    public Task All_members_that_stop_and_start_inside_living_systems_elect_again() => Scene.PlayAsync(output, async stage =>
    {
        var (systems, client) = await StartAsync(stage);
        var times = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            await Task.WhenAll(systems.Ids.Select(id => systems.StopAsync(Group, id)));
            systems.StartAll(Group);
            times.Add(await systems.WorksAsync(client));
        }

        stage.Figure("3 stops and starts of all: until all is well again, longest", Figures.Ms(times.Max()));
    });

    private static async Task<(LivingSystems Systems, DLedgerClient Client)> StartAsync(Stage stage)
    {
        var systems = new LivingSystems(stage, 3);
        systems.StartAll(Group);
        var client = systems.NewClient(Group);
        stage.Figure("first start: until all is well", Figures.Ms(await systems.WorksAsync(client)));
        return (systems, client);
    }
}
