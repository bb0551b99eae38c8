using System.Runtime.Serialization;
using Newtonsoft.Json;

namespace DLedger;

/// <summary>What all messages between an application and a group have in common: only the ledger's own serializer may carry them.</summary>
[JsonObject]
public abstract record DLedgerMessage
{
    private protected DLedgerMessage()
    {
    }

    /// <summary>
    /// Names a request, and comes back in its answer: an answer with another id is for somebody else's question, or for one of an earlier life of
    /// this application, and says nothing. <see cref="DLedgerExtension.NewRequestId"/> draws one; 0 for none.
    /// </summary>
    public abstract long RequestId { get; init; }

    /// <summary>
    /// Akka's default serializer would deliver empty bodies without a word, so it is stopped at the sender.
    /// </summary>
    [OnSerializing]
    internal void RefuseForeignSerializer(StreamingContext context) => throw new SerializationException(
        $"{GetType().Name} needs the DLedger serializer in this ActorSystem: call DLedgerExtension.Get(system) once before sending it to another node.");
}
