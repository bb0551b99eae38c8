namespace DLedger.Processes.Tests;

/// <summary>The one log that all answers together describe: at each index one body, and each body at one index.</summary>
internal sealed class OneLog
{
    private readonly Dictionary<long, string> _bodyAt = [];
    private readonly Dictionary<string, long> _indexOf = new(StringComparer.Ordinal);

    public string? BodyAt(long index) => _bodyAt.GetValueOrDefault(index);

    public long? IndexOf(string body) => _indexOf.TryGetValue(body, out var index) ? index : null;

    /// <summary>For an index and a body that it does not have yet.</summary>
    public void Place(long index, string body)
    {
        _bodyAt.Add(index, body);
        _indexOf.Add(body, index);
    }

    public static string Short(string body) => body.Length <= 40 ? $"\"{body}\"" : $"\"{body[..40]}…\"";
}
