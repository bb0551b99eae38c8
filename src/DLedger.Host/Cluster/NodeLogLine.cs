namespace DLedger.Host;

/// <summary>A line of a member's log.</summary>
internal sealed record NodeLogLine(NodeLogLevel Level, string Text);
