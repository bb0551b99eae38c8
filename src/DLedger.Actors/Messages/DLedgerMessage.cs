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
    /// Akka's default serializer would deliver empty bodies without a word, so it is stopped at the sender.
    /// </summary>
    [OnSerializing]
    internal void RefuseForeignSerializer(StreamingContext context) => throw new SerializationException(
        $"{GetType().Name} needs the DLedger serializer in this ActorSystem: call DLedgerExtension.Get(system) once before sending it to another node.");
}
