using System.Diagnostics;

namespace DLedger.Host;

/// <summary>One JSON object per outcome of an append.</summary>
internal static class OutcomeWriter
{
    /// <summary>Of <c>append -d</c>.</summary>
    public static void Committed(Stream output, AppendResult.Committed committed) => JsonLine.Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("index", committed.Index);
        json.WriteNumber("count", committed.Count);
        json.WriteNumber("term", committed.Term);
        json.WriteEndObject();
    });

    /// <summary>Of a line of <c>append --stdin</c>.</summary>
    public static void Line(Stream output, LineOutcome outcome) => JsonLine.Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("line", outcome.Line);
        switch (outcome.Result)
        {
            case AppendResult.Committed committed:
                json.WriteNumber("index", committed.Index);
                json.WriteNumber("term", committed.Term);
                break;
            case AppendResult.Unknown unknown:
                json.WriteString("outcome", "unknown");
                json.WriteString("reason", unknown.Reason.ToString());
                break;
            case AppendResult.Rejected rejected:
                json.WriteString("outcome", "rejected");
                json.WriteString("reason", rejected.Reason.ToString());
                if (rejected.Detail is { } detail) json.WriteString("detail", detail);
                break;
            default:
                throw new UnreachableException();
        }

        json.WriteEndObject();
    });
}
