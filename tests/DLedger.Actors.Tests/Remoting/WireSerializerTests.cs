using System.Diagnostics;
using System.Globalization;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using CsCheck;
using DLedger.Core;
using DLedger.Protocol;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class WireSerializerTests : IDisposable
{
    private readonly ActorSystem _system;
    private readonly WireSerializer _serializer;

    public WireSerializerTests()
    {
        _system = ActorSystem.Create("wire", ConfigurationFactory.ParseString("akka.loglevel = WARNING\nakka.stdout-loglevel = WARNING"));
        _serializer = new WireSerializer((ExtendedActorSystem)_system);
    }

    public void Dispose() => _system.Dispose();

    public static TheoryData<string> AllMessages()
    {
        var names = new TheoryData<string>();
        foreach (var type in MessageTypes()) names.Add(type.FullName!);
        return names;
    }

    [Theory]
    [MemberData(nameof(AllMessages))]
    public void Every_message_comes_back_as_it_was_sent(string name)
    {
        var type = typeof(DLedgerMessage).Assembly.GetType(name, throwOnError: true)!;
        Assert.True(Messages.ByType.TryGetValue(type, out var generator), $"{name} has no generator in {nameof(Messages)}: is it in the serializer?");
        generator.Sample(
            message =>
            {
                var bytes = _serializer.ToBinary(message);
                var back = _serializer.FromBinary(bytes, _serializer.Manifest(message));
                return Same.Holds(message, back);
            },
            iter: 300);
    }

    [Fact]
    public void Every_message_that_may_travel_has_exactly_one_codec_and_a_name_of_its_own()
    {
        Assert.Equal(MessageTypes().OrderBy(type => type.FullName), MessageCodecs.All.Select(codec => codec.Type).OrderBy(type => type.FullName));
        Assert.Equal(MessageCodecs.All.Count, MessageCodecs.All.Select(codec => codec.Manifest).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_name_on_the_wire_is_a_few_letters_and_the_version_of_its_layout() => Assert.All(
        MessageCodecs.All,
        codec =>
            Assert.True(
                codec.Manifest[..^1].All(char.IsAsciiLetter) && char.IsAsciiDigit(codec.Manifest[^1]) && codec.Manifest.Length <= 3, codec.Manifest));

    [Fact]
    public void Batches_and_bodies_are_slices_of_the_received_array()
    {
        var batch = Batch.Entries(Tail.Empty, new Term(1), [new byte[] { 1, 2, 3 }]);
        var push = new Push(new Origin("c", "g", "n", Guid.NewGuid()), new Term(1), 0, LogPoint.Origin, LogIndex.None, [batch]);
        var bytes = _serializer.ToBinary(push);
        var back = Assert.IsType<Push>(_serializer.FromBinary(bytes, _serializer.Manifest(push)));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(back.Batches[0].Encoded, out var segment));
        Assert.Same(bytes, segment.Array);
    }

    [Fact]
    public void A_damaged_batch_is_refused()
    {
        var batch = Batch.Entries(Tail.Empty, new Term(1), [new byte[] { 1, 2, 3 }]);
        var push = new Push(new Origin("c", "g", "n", Guid.NewGuid()), new Term(1), 0, LogPoint.Origin, LogIndex.None, [batch]);
        var bytes = _serializer.ToBinary(push);
        bytes[^1] ^= 1;
        Assert.Contains(
            "batch", Assert.IsType<Undecodable>(_serializer.FromBinary(bytes, _serializer.Manifest(push))).Reason, StringComparison.Ordinal);
        Assert.Equal(1, _serializer.Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x9")]
    [InlineData("P2")]
    [InlineData("O2")]
    [InlineData("a manifest\r\nwith a second line, longer than any of ours")]
    public void An_unknown_manifest_is_refused_and_safe_to_log(string manifest)
    {
        var refused = Assert.IsType<Undecodable>(_serializer.FromBinary([1, 2, 3], manifest));
        Assert.True(refused.Manifest.Length <= 16);
        Assert.DoesNotContain(refused.Manifest, char.IsControl);
        Assert.Equal(1, _serializer.Refused);
    }

    [Fact]
    public void Members_of_all_versions_can_read_that_they_are_of_different_ones()
    {
        var origin = new Origin(
            "c", "g", "n", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), Guid.Parse("ffeeddcc-bbaa-9988-7766-554433221100"));
        const string who = "0163" + "0167" + "016E" + "33221100554477668899AABBCCDDEEFF" + "CCDDEEFFAABB88997766554433221100";
        const string rest = "0900000000000000" + "03000000" + "0500000000000000";
        PeerMessage[] messages = [new Hello(origin, new Term(9), 3, 5), new HelloRefused(origin, new Term(9), 3, 5)];
        Assert.Equal(["O3", "OX1"], messages.Select(_serializer.Manifest));
        foreach (var message in messages)
        {
            // These bytes are what every version must write and read.
            Assert.Equal("26000000" + who + rest, Convert.ToHexString(_serializer.ToBinary(message)));

            // And others may say more, of themselves and behind it all.
            Assert.Equal(
                message, _serializer.FromBinary(Convert.FromHexString("28000000" + who + "FFFF" + rest + "FFFFFF"), _serializer.Manifest(message)));
        }
    }

    [Fact]
    public void A_byte_too_many_or_too_few_is_refused()
    {
        Messages.Any.Sample(
            message =>
            {
                var manifest = _serializer.Manifest(message);
                var bytes = _serializer.ToBinary(message);
                var longer = _serializer.FromBinary([.. bytes, 0], manifest);
                return longer is Undecodable && (bytes.Length == 0 || _serializer.FromBinary(bytes[..^1], manifest) is Undecodable);
            },
            iter: 1000);
    }

    [Fact]
    public void A_count_that_the_input_cannot_hold_allocates_nothing()
    {
        byte[] claim = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsType<Undecodable>(_serializer.FromBinary(claim, MessageCodecs.Of(new AppendMany([])).Manifest));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    /// <summary>A million inputs by default; DLEDGER_FUZZ_INPUTS sets another number.</summary>
    [Fact]
    public void Whatever_comes_in_is_a_message_or_a_counted_refusal()
    {
        var inputs = int.Parse(Environment.GetEnvironmentVariable("DLEDGER_FUZZ_INPUTS") ?? "1000000", CultureInfo.InvariantCulture);
        var seeds = Messages.ByType.Values.SelectMany(generator => Enumerable.Range(0, 8).Select(_ => generator.Single()))
            .Select(message => (Bytes: _serializer.ToBinary(message), Manifest: _serializer.Manifest(message))).ToArray();
        var manifests = seeds.Select(seed => seed.Manifest).Distinct().ToArray();
        var seedNumber = Environment.TickCount;
        var random = new Random(seedNumber);
        long refusals = 0;
        for (var i = 0; i < inputs; i++)
        {
            var (bytes, manifest) = seeds[random.Next(seeds.Length)];
            var input = i % 4 == 0 ? RandomBytes(random) : Mutated(random, bytes);
            if (i % 16 == 0) manifest = manifests[random.Next(manifests.Length)];
            try
            {
                if (_serializer.FromBinary(input, manifest) is Undecodable) refusals++;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seedNumber}, input {i}, manifest {manifest}, {Convert.ToHexString(input)}: {e}");
            }
        }

        Assert.True(refusals > inputs / 4);
        Assert.Equal(refusals, _serializer.Refused);
    }

    [Fact]
    public void What_does_not_fit_a_frame_fails_at_the_sender_and_names_the_setting()
    {
        using var system = ActorSystem.Create(
            "small", ConfigurationFactory.ParseString($"akka.loglevel = WARNING\n{StockTransport.FrameKey} = 128000b"));
        var serializer = new WireSerializer((ExtendedActorSystem)system);
        var failure = Assert.Throws<SerializationException>(() => serializer.ToBinary(new Append(new byte[128_000])));
        Assert.Contains(StockTransport.FrameKey, failure.Message, StringComparison.Ordinal);
        Assert.Equal(serializer.ControlPayloadMax, serializer.ToBinary(new Append(new byte[serializer.ControlPayloadMax - 4 - 8])).Length);
    }

    [Fact]
    public void What_is_not_a_message_of_ours_is_refused_at_the_sender()
    {
        Assert.Throws<SerializationException>(() => _serializer.ToBinary("hello"));
        Assert.Throws<SerializationException>(() => _serializer.Manifest("hello"));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(new AppendMany(null!)));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(new TransferLeadership(null!)));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(new TransferLeadership(new string('x', 256))));
    }

    [Fact]
    public void Text_for_people_is_cut_rather_than_refused()
    {
        var sent = new ReadResult.Failed(new string('x', 100_000));
        var back = Assert.IsType<ReadResult.Failed>(_serializer.FromBinary(_serializer.ToBinary(sent), _serializer.Manifest(sent)));
        Assert.Equal(RecordWriter.TextCharsMax, back.Reason.Length);
    }

    private static IEnumerable<Type> MessageTypes() => typeof(DLedgerMessage).Assembly.GetTypes()
        .Where(
            type =>
                !type.IsAbstract
                    && (type.IsSubclassOf(typeof(DLedgerMessage)) || type.IsSubclassOf(typeof(PeerMessage))
                    || type.IsSubclassOf(typeof(LinkMessage))));

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(120)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Mutated(Random random, byte[] bytes)
    {
        var copy = (byte[])bytes.Clone();
        if (copy.Length == 0) return copy;
        switch (random.Next(4))
        {
            case 0:
                return copy[..random.Next(copy.Length)];
            case 1:
                copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
                return copy;
            case 2:
                // Lengths and counts are most often hit by large or negative values.
                copy[random.Next(copy.Length)] = random.Next(2) == 0 ? (byte)0xFF : (byte)0x7F;
                return copy;
            case 3:
                random.NextBytes(copy.AsSpan(random.Next(copy.Length)));
                return copy;
            default:
                throw new UnreachableException();
        }
    }
}
