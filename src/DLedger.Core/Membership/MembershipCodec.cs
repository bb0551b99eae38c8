using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DLedger.Core;

/// <summary>Writes and reads a <see cref="Membership"/>. One set has one encoding: in order, each life once.</summary>
/// <remarks>
/// Little endian: <c>u8 version (1)</c>, then voters, outgoing voters and learners, each as <c>u16 count</c> and, per member, <c>id</c>,
/// <c>16 bytes of store id</c>, <c>address</c>. A text is <c>u16 length</c> and UTF-8; an address of no bytes is none. Who votes in both halves is
/// written twice, with the same address.
/// </remarks>
internal static class MembershipCodec
{
    private const byte Version = 1;
    private const int StoreIdBytes = 16;

    public static byte[] Encode(Membership set)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write([Version]);
        foreach (var part in new[] { set.Voters, set.Outgoing, set.Learners })
        {
            Number(bytes, part.Count);
            foreach (var member in part)
            {
                Text(bytes, member.Id);
                bytes.Write(member.StoreId.ToByteArray());
                Text(bytes, set.AddressOf(member) ?? "");
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    public static Membership? TryDecode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length is 0 or > Membership.EncodedBytesMax || encoded[0] != Version) return null;
        var rest = encoded[1..];
        var addresses = new Dictionary<MemberLife, string>();
        if (!TryTakePart(ref rest, addresses, out var voters) || !TryTakePart(ref rest, addresses, out var outgoing)
            || !TryTakePart(ref rest, addresses, out var learners) || !rest.IsEmpty)
            return null;
        if (Membership.ProblemOf(voters, outgoing, learners) is not null) return null;
        return new Membership(voters, outgoing, learners, addresses.Where(address => address.Value.Length > 0));
    }

    private static bool TryTakePart(ref ReadOnlySpan<byte> rest, Dictionary<MemberLife, string> addresses, out List<MemberLife> members)
    {
        members = [];
        if (!TryTakeNumber(ref rest, out var count)) return false;
        for (var i = 0; i < count; i++)
        {
            if (!TryTakeText(ref rest, out var id) || rest.Length < StoreIdBytes) return false;
            var member = new MemberLife(id, new Guid(rest[..StoreIdBytes]));
            rest = rest[StoreIdBytes..];
            if (!TryTakeText(ref rest, out var address)) return false;
            if (members.Count > 0 && members[^1] >= member) return false;
            if (!IsTheSameAddress(addresses, member, address)) return false;
            members.Add(member);
        }

        return true;
    }

    private static bool IsTheSameAddress(Dictionary<MemberLife, string> addresses, MemberLife member, string address) =>
        addresses.TryAdd(member, address) || addresses[member] == address;

    private static void Number(ArrayBufferWriter<byte> bytes, int number)
    {
        Span<byte> buffer = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(buffer, checked((ushort)number));
        bytes.Write(buffer);
    }

    private static void Text(ArrayBufferWriter<byte> bytes, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Number(bytes, utf8.Length);
        bytes.Write(utf8);
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> rest, out int number)
    {
        number = 0;
        if (rest.Length < sizeof(ushort)) return false;
        number = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        rest = rest[sizeof(ushort)..];
        return true;
    }

    private static bool TryTakeText(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (!TryTakeNumber(ref rest, out var length) || rest.Length < length) return false;
        text = Encoding.UTF8.GetString(rest[..length]);
        // Bytes that are no UTF-8 would come back as others.
        if (Encoding.UTF8.GetByteCount(text) != length || !Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(rest[..length])) return false;
        rest = rest[length..];
        return true;
    }
}
