using System.Globalization;
using Spectre.Console;

namespace DLedger.Host;

/// <summary>Shows how the members are: a table for people, one JSON array for programs.</summary>
internal static class StatusWriter
{
    public static void Json(Stream output, IReadOnlyList<MemberReport> reports) => JsonLine.Write(output, json =>
    {
        json.WriteStartArray();
        foreach (var report in reports)
        {
            var status = report.Status;
            json.WriteStartObject();
            json.WriteString("id", status?.Id ?? report.Member.Id);
            json.WriteString("address", report.Member.Address);
            json.WriteString("role", status?.Role);
            if (status is null) json.WriteNull("term");
            else json.WriteNumber("term", status.Term);
            json.WriteString("leader", status?.LeaderId);
            json.WriteNumber("firstIndex", status?.FirstIndex ?? -1);
            json.WriteNumber("lastIndex", status?.LastIndex ?? -1);
            json.WriteNumber("committedIndex", status?.CommittedIndex ?? -1);
            json.WriteNumber("flushedIndex", status?.FlushedIndex ?? -1);
            json.WriteBoolean("reachable", report.Reachable);
            if (LagOf(report, reports) is { } lag) json.WriteNumber("lag", lag);
            else json.WriteNull("lag");
            json.WriteString("problem", status?.Problem);
            json.WriteNumber("dropped", status?.Dropped ?? 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static void Table(IAnsiConsole console, IReadOnlyList<MemberReport> reports)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var name in (string[])["id", "address", "role", "term", "leader"]) table.AddColumn(name);
        foreach (var name in (string[])["tail", "committed", "flushed", "lag"]) table.AddColumn(name, column => column.RightAligned());
        table.AddColumn("problem");
        foreach (var report in reports)
        {
            if (report.Status is not { } status)
            {
                table.AddRow(report.Member.Id, report.Member.Address, "[red]unreachable[/]", "", "", "", "", "", "", "");
                continue;
            }

            table.AddRow(
                Markup.Escape(status.Id),
                Markup.Escape(report.Member.Address),
                status.Role == "Leader" ? "[green]Leader[/]" : Markup.Escape(status.Role),
                Show(status.Term),
                Markup.Escape(status.LeaderId ?? ""),
                Show(status.LastIndex),
                Show(status.CommittedIndex),
                Show(status.FlushedIndex),
                LagOf(report, reports) is { } lag ? Show(lag) : "",
                Markup.Escape(status.Problem ?? ""));
        }

        console.Write(table);
    }

    /// <summary>How many entries a member is behind the leader's log; null when either is not known.</summary>
    internal static long? LagOf(MemberReport report, IReadOnlyList<MemberReport> reports)
    {
        // Of two that call themselves leader, the one of the higher term is.
        var leader = reports.Where(other => other.Status is { Role: "Leader" }).MaxBy(other => other.Status!.Term);
        if (report.Status is null || leader is null) return null;
        return Math.Max(0, leader.Status!.LastIndex - report.Status.FlushedIndex);
    }

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);
}
