namespace DLedger;

/// <summary>A setting has a wrong value; the message names the key, the value and what is allowed, in one line.</summary>
public sealed class SettingsException : Exception
{
    public SettingsException(string message)
        : base(message)
    {
    }

    public SettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public SettingsException()
    {
    }
}
