namespace DLedger.Host;

internal enum NodeLogLevel
{
    Info,
    Warning,
    Error,
}
