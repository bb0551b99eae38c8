using System.Collections.Frozen;
using System.Runtime.Serialization;

namespace DLedger.Remoting;

/// <summary>The codecs of all messages that may travel. What has none here is refused, at the sender and at the receiver.</summary>
internal static class MessageCodecs
{
    private static readonly FrozenDictionary<Type, MessageCodec> s_byType;
    private static readonly FrozenDictionary<string, MessageCodec> s_byManifest;

    static MessageCodecs()
    {
        All =
        [
            .. AppendCodecs.All,
            .. ReadCodecs.All,
            .. QueryCodecs.All,
            .. StatusCodecs.All,
            .. TransferCodecs.All,
            .. GreetingCodecs.All,
            .. ElectionCodecs.All,
            .. LogCodecs.All,
            .. MachineCodecs.All,
            .. ReadIndexCodecs.All,
            .. LinkCodecs.All,
        ];

        // Two codecs of one type or of one name end the process here, before anything is sent.
        s_byType = All.ToFrozenDictionary(codec => codec.Type);
        s_byManifest = All.ToFrozenDictionary(codec => codec.Manifest, StringComparer.Ordinal);
    }

    public static IReadOnlyList<MessageCodec> All { get; }

    /// <summary>Throws <see cref="SerializationException"/> for what is not a message of ours.</summary>
    public static MessageCodec Of(object? message) => message is not null && s_byType.TryGetValue(message.GetType(), out var codec)
        ? codec
        : throw new SerializationException($"{message?.GetType().FullName ?? "null"} is not a DLedger message.");

    /// <summary>Null for a name that this version does not know.</summary>
    public static MessageCodec? Named(string manifest) => s_byManifest.GetValueOrDefault(manifest);
}
