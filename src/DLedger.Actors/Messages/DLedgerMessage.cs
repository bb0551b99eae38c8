using System.Runtime.Serialization;
using Newtonsoft.Json;

namespace DLedger;

/// <summary>
/// What all messages between an application and a group have in common: they never change, two are equal when they say the same, and only the
/// ledger's own serializer may carry them.
/// </summary>
/// <remarks>Classes, not records: a property can be added without breaking what was built against an earlier version.</remarks>
[JsonObject]
public abstract class DLedgerMessage
{
    private protected DLedgerMessage()
    {
    }

    /// <summary>
    /// Names a request, and comes back in its answer: an answer with another id is for somebody else's question, or for one of an earlier life of
    /// this application, and says nothing. <see cref="DLedgerExtension.NewRequestId"/> draws one; 0 for none.
    /// </summary>
    public long RequestId
    {
        get => HeldRequestId;
        init => HeldRequestId = value;
    }

    /// <summary>Where a message keeps <see cref="RequestId"/>: the most frequent answer has it in less space than others.</summary>
    private protected abstract long HeldRequestId { get; set; }

    /// <summary>All the rest, of an anonymous type: for comparing and showing messages, neither of which is done where speed counts.</summary>
    private protected abstract object Content { get; }

    /// <summary>
    /// Whether it is a message of the same kind with the same content. Bodies and lists are the same when they are the same memory.
    /// </summary>
    public sealed override bool Equals(object? obj) =>
        obj is DLedgerMessage other && other.GetType() == GetType() && other.RequestId == RequestId && other.Content.Equals(Content);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => HashCode.Combine(RequestId, Content);

    /// <summary>Its kind and content; bodies by their lengths.</summary>
    public sealed override string ToString() => $"{GetType().Name} {Content}";

    internal DLedgerMessage CopyWith(long requestId)
    {
        var copy = (DLedgerMessage)MemberwiseClone();
        copy.HeldRequestId = requestId;
        return copy;
    }

    /// <summary>
    /// Akka's default serializer would deliver empty bodies without a word, so it is stopped at the sender.
    /// </summary>
    [OnSerializing]
    internal void RefuseForeignSerializer(StreamingContext context) => throw new SerializationException(
        $"{GetType().Name} needs the DLedger serializer in this ActorSystem: call DLedgerExtension.Get(system) once before sending it to another "
        + $"node.");
}
