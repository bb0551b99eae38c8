using System.Globalization;

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
            json.WriteString("role", status?.Role.ToString());
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
            json.WriteNumber("pendingReads", status?.PendingReads ?? 0);
            json.WriteBoolean("holdsLease", status?.HoldsLease ?? false);
            json.WriteString("problem", status?.Problem);
            json.WriteNumber("dropped", status?.Dropped ?? 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>A line per member in as many columns as there is room for, and below it what is wrong, in whole sentences.</summary>
    public static void Table(Terminal terminal, string group, IReadOnlyList<MemberReport> reports)
    {
        terminal.WriteLine(Heading(group, reports));
        var table = new TextTable(terminal.OutWidth, colours: terminal.OutIsTerminal)
        {
            Columns =
            [
                new("id", 0), new("address", 2), new("role", 0), new("term", 4), new("leader", 3),
                new("tail", 0, IsNumber: true), new("committed", 1, IsNumber: true), new("flushed", 5, IsNumber: true), new("lag", 0, IsNumber: true),
            ],
        };
        foreach (var report in reports)
        {
            if (report.Status is not { } status)
            {
                table.Add(TextTable.Colour.Red, report.Member.Id, report.Member.Address, "unreachable", "", "", "", "", "", "");
                continue;
            }

            table.Add(
                status.Role == MemberRole.Leader ? TextTable.Colour.Green : TextTable.Colour.None,
                status.Id,
                report.Member.Address,
                status.Role.ToString(),
                Show(status.Term),
                status.LeaderId ?? "",
                Show(status.LastIndex),
                Show(status.CommittedIndex),
                Show(status.FlushedIndex),
                LagOf(report, reports) is { } lag ? Show(lag) : "");
        }

        foreach (var line in table.Lines()) terminal.WriteAsItIs(line);
        foreach (var report in reports.Where(report => !string.IsNullOrEmpty(report.Status?.Problem)))
            terminal.WriteLine($"{report.Status!.Id}: {report.Status.Problem}");
    }

    private static string Heading(string group, IReadOnlyList<MemberReport> reports)
    {
        var leader = reports.Where(report => report.Status is { Role: MemberRole.Leader }).MaxBy(report => report.Status!.Term)?.Status;
        var up = string.Create(CultureInfo.InvariantCulture, $"{reports.Count(report => report.Reachable)} of {reports.Count} members answer");
        return leader is null
            ? $"group {group}: {up}"
            : string.Create(CultureInfo.InvariantCulture, $"group {group}: {leader.Id} leads in term {leader.Term}, {up}");
    }

    /// <summary>How many entries a member is behind the leader's log; null when either is not known.</summary>
    internal static long? LagOf(MemberReport report, IReadOnlyList<MemberReport> reports)
    {
        // Of two that call themselves leader, the one of the higher term is.
        var leader = reports.Where(other => other.Status is { Role: MemberRole.Leader }).MaxBy(other => other.Status!.Term);
        if (report.Status is null || leader is null) return null;
        return Math.Max(0, leader.Status!.LastIndex - report.Status.FlushedIndex);
    }

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);
}
