using Akka.Actor;
using Akka.Serialization;

namespace DLedger.Compare;

/// <summary>One byte in front, then the bytes as they are.</summary>
internal sealed class BareSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 20912;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        var parcel = (Parcel)obj;
        var wire = new byte[parcel.Bytes.Length + 1];
        wire[0] = parcel.ComesBack ? (byte)1 : (byte)0;
        parcel.Bytes.CopyTo(wire, 1);
        return wire;
    }

    public override object FromBinary(byte[] bytes, Type type) => new Parcel(bytes[1..], bytes[0] == 1);
}
