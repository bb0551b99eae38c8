namespace DLedger.Compare;

/// <summary>Something that the comparison needs did not come about: one line, exit code 1.</summary>
internal sealed class ComparisonFailedException(string message, Exception? cause = null) : Exception(message, cause);
