namespace DLedger.Host;

/// <summary>A configuration file cannot be taken as it is; the message is one line that names file and line.</summary>
internal sealed class HoconException : Exception
{
    public HoconException(string message)
        : base(PlainText.Line(message))
    {
    }

    public HoconException(string message, Exception innerException)
        : base(PlainText.Line(message), innerException)
    {
    }

    public HoconException()
    {
    }
}
