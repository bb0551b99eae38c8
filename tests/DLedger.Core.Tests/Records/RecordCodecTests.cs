using System.Runtime.Serialization;
using CsCheck;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Records;

/// <summary>The one pair that writes and reads all records of disk and wire.</summary>
public sealed class RecordCodecTests
{
    private static readonly Tail SomeTail = new(I(4), T(2), new EntryIndex(9), new LogTime(70));

    private delegate void Reading(ref RecordReader reader);

    private delegate void Writing(ref RecordWriter writer);

    [Fact]
    public void The_layout_does_not_change()
    {
        var bytes = Written((ref RecordWriter writer) =>
        {
            writer.U8(0xAB);
            writer.Bool(true);
            writer.I32(0x01020304);
            writer.I64(-2);
            writer.Id(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
            writer.Name("nä");
            writer.Text(null);
            writer.Text("x");
            writer.Bytes(new byte[] { 7, 8 });
            writer.Count(3);
            writer.Base(new LogBase(SomeTail, new byte[] { 9 }));
        });
        Assert.Equal(
            "AB" + "01" + "04030201" + "FEFFFFFFFFFFFFFF" + "33221100554477668899AABBCCDDEEFF" + "036EC3A4" + "FFFF" + "010078" + "020000000708"
                + "03000000"
            + "0400000000000000" + "0200000000000000" + "0900000000000000" + "4600000000000000" + "0100000009",
            Convert.ToHexString(bytes));
    }

    [Fact]
    public void What_was_written_is_read()
    {
        Gen.Select(Gen.Long, Gen.Int, Gen.Guid, Gen.String[0, 60], Gen.Byte.Array[0, 40], Gen.Long[0, 1L << 60])
            .Sample((i64, i32, id, text, data, number) =>
        {
            // A lone half of a pair of surrogates is no text that could be written as UTF-8.
            text = text.Replace("\0", "", StringComparison.Ordinal);
            text = string.Concat(text.EnumerateRunes());
            var logBase = new LogBase(new Tail(I(number), T(number), new EntryIndex(number), new LogTime(number)), data);
            var bytes = Written((ref RecordWriter writer) =>
            {
                writer.I64(i64);
                writer.I32(i32);
                writer.Id(id);
                writer.Name(text);
                writer.Text(text);
                writer.Text(null);
                writer.Bytes(data);
                writer.Base(logBase);
                writer.Point(logBase.Point);
                writer.Bool(i32 > 0);
            });
            var reader = new RecordReader(bytes);
            Assert.Equal((i64, i32, id), (reader.I64(), reader.I32(), reader.Id()));
            Assert.Equal((text, text, (string?)null), (reader.Name(), reader.Text(), reader.Text()));
            Assert.Equal(data, reader.Bytes().ToArray());
            Assert.Equal((logBase, logBase.Point, i32 > 0), (reader.Base(), reader.Point(), reader.Bool()));
            reader.End();
            Assert.Null(reader.Problem);
        });
    }

    [Fact]
    public void A_writer_that_only_counts_comes_to_the_same_size()
    {
        var counting = RecordWriter.Counting();
        Everything(ref counting);
        Assert.Equal(Written(Everything).Length, counting.Position);
    }

    [Fact]
    public void Bytes_are_read_as_a_slice_of_the_input()
    {
        var bytes = Written((ref RecordWriter writer) => writer.Bytes(new byte[] { 1, 2, 3 }));
        var reader = new RecordReader(bytes);
        var slice = reader.Bytes();
        bytes[5] = 9;
        Assert.Equal([1, 9, 3], slice.ToArray());
    }

    [Fact]
    public void Whatever_the_bytes_and_whatever_is_read_nothing_throws_and_nothing_is_read_twice()
    {
        Reading[] readings =
        [
            (ref RecordReader reader) => reader.U8(),
            (ref RecordReader reader) => reader.Bool(),
            (ref RecordReader reader) => reader.I32(),
            (ref RecordReader reader) => reader.I64(),
            (ref RecordReader reader) => reader.Id(),
            (ref RecordReader reader) => Assert.InRange(reader.Name().Length, 0, RecordWriter.NameBytesMax),
            (ref RecordReader reader) => reader.Text(),
            (ref RecordReader reader) => Assert.NotNull(reader.NeededText()),
            (ref RecordReader reader) => reader.Bytes(),
            (ref RecordReader reader) => Assert.InRange(reader.Count(3), 0, reader.Left / 3),
            (ref RecordReader reader) => Assert.InRange(reader.Number(), 0, RecordReader.NumberMax),
            (ref RecordReader reader) => Assert.InRange(reader.Choice(2, 5), 2, 5),
            (ref RecordReader reader) => Assert.InRange(reader.Term().Value, 0, Term.Max.Value),
            (ref RecordReader reader) => Assert.InRange(reader.Time().Microseconds, 0, LogTime.Max.Microseconds),
            (ref RecordReader reader) => Assert.InRange(reader.Tail().NextEntry.Value, 0, RecordReader.NumberMax),
            (ref RecordReader reader) => Assert.InRange(reader.Base().Prefix.Length, 0, LogBase.PrefixBytesMax),
        ];
        // Small numbers and whole records among them, so that the reads go deep.
        var bytes = Gen.OneOf(
            Gen.Byte.Array[0, 80], Gen.Byte[0, 3].Array[0, 120], Gen.Int[0, 999].Select(seed => Shuffled(Written(Everything), seed)));
        Gen.Select(bytes, Gen.Int[0, readings.Length - 1].Array[1, 20]).Sample(
            (input, order) =>
            {
                var reader = new RecordReader(input);
                foreach (var which in order)
                {
                    var (left, had) = (reader.Left, reader.Problem is not null);
                    readings[which](ref reader);
                    Assert.InRange(reader.Left, 0, left);
                    if (had) Assert.Equal(left, reader.Left);
                }
            },
            iter: 100_000);
    }

    [Fact]
    public void The_first_problem_sticks_and_nothing_is_read_after_it()
    {
        var reader = new RecordReader(new byte[] { 2, 1, 1, 1, 1, 1, 1, 1, 1 });
        Assert.False(reader.Bool());
        Assert.Equal("a flag that is neither 0 nor 1", reader.Problem);
        Assert.Equal((0, 0L, "", (string?)null, true), (reader.U8(), reader.I64(), reader.Name(), reader.Text(), reader.Bytes().IsEmpty));
        reader.Refuse("another");
        Assert.Equal("a flag that is neither 0 nor 1", reader.Problem);
        Assert.Equal(8, reader.Left);
    }

    [Fact]
    public void Each_kind_of_wrong_bytes_has_its_words()
    {
        Assert.Equal("it ends early", ProblemOf((ref RecordReader reader) => reader.I32(), 1, 2, 3));
        Assert.Equal("it goes on behind its end", ProblemOf((ref RecordReader reader) => reader.End(), 1));
        Assert.Equal("a negative length", ProblemOf((ref RecordReader reader) => reader.Bytes(), 0xFF, 0xFF, 0xFF, 0xFF));
        Assert.Equal("it ends early", ProblemOf((ref RecordReader reader) => reader.Bytes(), 2, 0, 0, 0, 1));
        Assert.Equal("a count that the input cannot hold", ProblemOf((ref RecordReader reader) => reader.Count(4), 2, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7));
        Assert.Equal("a count that the input cannot hold", ProblemOf((ref RecordReader reader) => reader.Count(4), 0xFF, 0xFF, 0xFF, 0xFF));
        Assert.Equal("a number out of range", ProblemOf((ref RecordReader reader) => reader.Number(), 0, 0, 0, 0, 0, 0, 0, 0xFF));
        Assert.Equal("a number out of range", ProblemOf((ref RecordReader reader) => reader.Number(), 0, 0, 0, 0, 0, 0, 0, 0x40));
        Assert.Equal("a term out of range", ProblemOf((ref RecordReader reader) => reader.Term(), 1, 0, 0, 0, 0, 0, 0, 0x10));
        Assert.Equal("a log time out of range", ProblemOf((ref RecordReader reader) => reader.Time(), 1, 0, 0, 0, 0, 0, 0, 0x10));
        Assert.Equal("an unknown choice", ProblemOf((ref RecordReader reader) => reader.Choice(1, 2), 3));
        Assert.Equal("an unknown choice", ProblemOf((ref RecordReader reader) => reader.Choice(1, 2), 0));
        Assert.Equal("a text is missing", ProblemOf((ref RecordReader reader) => reader.NeededText(), 0xFF, 0xFF));
        Assert.Equal("a text that is not UTF-8", ProblemOf((ref RecordReader reader) => reader.Name(), 1, 0xC3));
        Assert.Null(ProblemOf((ref RecordReader reader) => reader.Number(), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F));
        Assert.Null(ProblemOf((ref RecordReader reader) => reader.Term(), 0, 0, 0, 0, 0, 0, 0, 0x10));
        Assert.Null(ProblemOf((ref RecordReader reader) => reader.Count(4), 2, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
    }

    [Fact]
    public void A_prefix_has_a_limit_when_it_is_read_too()
    {
        var whole = Written((ref RecordWriter writer) => writer.Base(new LogBase(SomeTail, new byte[LogBase.PrefixBytesMax])));
        var reader = new RecordReader(whole);
        Assert.Equal(LogBase.PrefixBytesMax, reader.Base().Prefix.Length);
        var larger = Written((ref RecordWriter writer) =>
        {
            writer.Tail(SomeTail);
            writer.Bytes(new byte[LogBase.PrefixBytesMax + 1]);
        });
        Assert.Equal("a prefix that is too long", ProblemOf((ref RecordReader r) => r.Base(), larger));
    }

    [Fact]
    public void What_cannot_be_written_is_refused_where_it_is_written()
    {
        Assert.Equal(256, Written((ref RecordWriter writer) => writer.Name(new string('x', RecordWriter.NameBytesMax))).Length);
        Assert.Throws<SerializationException>(
            () => Written((ref RecordWriter writer) => writer.Name(new string('x', RecordWriter.NameBytesMax + 1))));
        Assert.Throws<SerializationException>(() => Written((ref RecordWriter writer) => writer.Name(null!)));
        Assert.Equal(
            2 + RecordWriter.TextCharsMax, Written((ref RecordWriter writer) => writer.Text(new string('x', RecordWriter.TextCharsMax + 5))).Length);
        var changing = 0;
        Assert.Throws<SerializationException>(() => Written((ref RecordWriter writer) => writer.Bytes(new byte[changing++])));
    }

    private static void Everything(ref RecordWriter writer)
    {
        writer.U8(3);
        writer.Base(new LogBase(SomeTail, new byte[5]));
        writer.Name("n0");
        writer.Text("text");
        writer.Count(1);
        writer.Bytes(new byte[] { 1, 2, 3 });
        writer.Point(SomeTail.Point);
        writer.Bool(false);
    }

    private static byte[] Shuffled(byte[] record, int seed)
    {
        var random = new Random(seed);
        if (seed % 3 == 0) record[random.Next(record.Length)] ^= (byte)(1 << random.Next(8));
        return record[random.Next(seed % 2 == 0 ? 1 : record.Length)..];
    }

    private static string? ProblemOf(Reading read, params byte[] bytes)
    {
        var reader = new RecordReader(bytes);
        read(ref reader);
        return reader.Problem;
    }

    private static byte[] Written(Writing write) => RecordWriter.ToArray(write, static (ref RecordWriter writer, Writing write) => write(ref writer));
}
