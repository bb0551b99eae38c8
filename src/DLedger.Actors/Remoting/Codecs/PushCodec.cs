using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// A push, with its batches in the message or beside it. It begins with the id of its <see cref="Attachment"/>, so that a transport finds that
/// without knowing anything else of the layout; an empty id says that the batches are in the message.
/// </summary>
internal sealed class PushCodec() : MessageCodec(Name, typeof(Push))
{
    public const string Name = "P3";

    /// <summary>As it stands in a message of Akka's.</summary>
    public static ReadOnlySpan<byte> NameUtf8 => "P3"u8;

    /// <summary>The attachment that a push names; empty for none.</summary>
    /// <param name="message">The whole push, as this wrote it; or damaged.</param>
    public static Guid AttachmentOf(ReadOnlySpan<byte> message) =>
        message.Length >= Attachment.IdBytes ? new Guid(message[..Attachment.IdBytes]) : Guid.Empty;

    public override void Write(object message, Guid attachmentId, ref RecordWriter writer)
    {
        var push = (Push)message;
        writer.Id(attachmentId);
        writer.Origin(push.Origin);
        writer.Term(push.Term);
        writer.I64(push.Round);
        writer.Point(push.Previous);
        writer.Index(push.Committed);
        if (attachmentId == Guid.Empty) writer.List(push.Batches, static (batch, ref writer) => writer.Bytes(batch.Encoded));
        else writer.List(push.Batches, static (batch, ref writer) => writer.I32(batch.Encoded.Length));
    }

    public override object Read(WireContext context, ref RecordReader reader)
    {
        var attachment = reader.Id();
        return new Push(
            context.Origins.Read(ref reader),
            reader.Term(),
            reader.I64(),
            reader.Point(),
            reader.Index(),
            attachment == Guid.Empty
                ? reader.List(WireFields.LengthBytes + Batch.HeaderBytes, ReadBatch)
                : ReadAttached(attachment, context.Arrived, ref reader));
    }

    private static Batch ReadBatch(ref RecordReader reader)
    {
        // The CRC goes over the very bytes that the leader wrote to its disk.
        if (!Batch.TryDecode(reader.Bytes(), out var batch)) reader.Refuse("a damaged batch");
        return batch;
    }

    private static Batch[] ReadAttached(Guid id, ArrivedAttachments arrived, ref RecordReader reader)
    {
        var batches = new Batch[reader.Count(WireFields.LengthBytes)];
        ReadOnlyMemory<byte> rest = default;
        if (reader.Problem is null)
        {
            if (arrived.TryTake(id, out var attached)) rest = attached;
            else reader.Refuse("its batches did not come with it");
        }

        for (var i = 0; i < batches.Length && reader.Problem is null; i++)
        {
            var length = reader.I32();
            if (length < 0 || length > rest.Length || !Batch.TryDecode(rest[..length], out batches[i])) reader.Refuse("a damaged batch");
            else rest = rest[length..];
        }

        if (rest.Length > 0) reader.Refuse("more batches than it names");
        return batches;
    }
}
