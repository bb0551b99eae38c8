namespace DLedger;

/// <summary>A setting has a wrong value; the message names the key, the value and what is allowed, in one line.</summary>
public sealed class SettingsException : Exception
{
    /// <param name="message">The key, the value and what is allowed, in one line.</param>
    public SettingsException(string message)
        : base(message)
    {
    }

    /// <param name="message">The key, the value and what is allowed, in one line.</param>
    /// <param name="innerException">What it comes from.</param>
    public SettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public SettingsException()
    {
    }
}
