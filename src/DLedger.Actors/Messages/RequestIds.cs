namespace DLedger;

internal static class RequestIds
{
    /// <summary>The same message under another <see cref="DLedgerMessage.RequestId"/>.</summary>
    public static T WithRequestId<T>(this T message, long requestId)
        where T : DLedgerMessage => (T)message.CopyWith(requestId);
}
