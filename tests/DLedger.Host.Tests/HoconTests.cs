using System.Text;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Xunit;

namespace DLedger.Host.Tests;

/// <summary>
/// A configuration file is read as HOCON is written down, or refused in one line that names file, line and what is wrong; it always comes to an end.
/// </summary>
public sealed class HoconTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a = ${?NOT_SET}", null)]
    [InlineData("a = ${?SET}", "value")]
    [InlineData("a = ${SET}", "value")]
    [InlineData("a = 5\na = ${?NOT_SET}", "5")]
    [InlineData("a = 5\na = ${?SET}", "value")]
    [InlineData("a = ${?NOT_SET}\na = 5", "5")]
    [InlineData("a = ${NOT_SET}\na = 5", "5")]
    [InlineData("a = ${?SET_EMPTY}", "")]
    [InlineData("a = one ${?NOT_SET} two", "one  two")]
    [InlineData("a = \"/data/\"${SET}/x", "/data/value/x")]
    [InlineData("a = ${b}\nb = 1", "1")]
    [InlineData("b = 1\na = ${b}\nb = 2", "2")]
    [InlineData("a = ${ b.\"c.d\" }\nb { \"c.d\" = 1 }", "1")]
    [InlineData("a = x\na = ${a}y", "xy")]
    [InlineData("a = x\na = ${a}y\na = ${a}z", "xyz")]
    [InlineData("a = ${?a}x", "x")]
    [InlineData("SET = ${SET}2\na = ${SET}", "value2")]
    [InlineData("a = ${?b}\nb = ${?a}", null)]
    [InlineData("s { x = 1, y = ${s.x} }\na = ${s.y}", "1")]
    [InlineData("s { x = 1 }\ns = ${s} { y = 2 }\na = ${s.x}${s.y}", "12")]
    [InlineData("s { x = 1 }\nt = ${s}\nt.x = 2\na = ${s.x}${t.x}", "12")]
    [InlineData("s { x = 1 }\ns { y = 2 }\na = ${s.x}${s.y}", "12")]
    [InlineData("s { x = 1 }\ns = 3\na = ${s}", "3")]
    [InlineData("{ a = 1 }", "1")]
    [InlineData("{\"a\": \"1\", \"b\": [1, 2]}", "1")]
    [InlineData("a = \"q ${b} \\\"\\u0041\\n\"  // comment", "q ${b} \"A")]
    [InlineData("a = \"\"\"raw \\n ${x} \" here\"\"\"", "raw \\n ${x} \" here")]
    [InlineData("a : 100ms # comment", "100ms")]
    [InlineData("a = -1.5e+3", "-1.5e+3")]
    [InlineData("include = 3\na = ${include}", "3")]
    [InlineData("\uFEFFa = 1", "1")]
    public void References_hold_what_the_standard_says(string text, string? expected) => Assert.Equal(expected, Read(text).GetString("a"));

    [Theory]
    [InlineData("a = [1]\na += 2", "1 2")]
    [InlineData("a += 2", "2")]
    [InlineData("s { a += 1 }\ns.a += 2\na = ${s.a}", "1 2")]
    [InlineData("a = [1] [2]", "1 2")]
    [InlineData("b = [1]\na = ${b} [${?NOT_SET}, ${SET}, x]", "1 value x")]
    [InlineData("a = [${?NOT_SET}]", "")]
    [InlineData("a = [1]\na = [${a}]", "1")]
    [InlineData("a = [\n 1 # one\n 2,\n 3 ]", "1 2 3")]
    public void Lists_grow_and_leave_out_what_is_not_there(string text, string expected)
    {
        var list = Read(text).GetValue("a").GetArray().SelectMany(item => item.Values[0] is HoconArray inner ? inner : [item]);
        Assert.Equal(expected, string.Join(' ', list.Select(item => item.GetString())));
    }

    [Theory]
    [InlineData("x = 1\na = ${NOT_SET}", "line 2: ${NOT_SET} is set neither in the file nor in the environment")]
    [InlineData("a = ${a}", "line 1: ${a} leads back to itself")]
    [InlineData("a = ${b}\nb = ${a}", "leads back to itself")]
    [InlineData("a { b = ${a} }", "a.b.b")]
    [InlineData("a = [${a}]", "leads back to itself")]
    [InlineData("a = x { b = 1 }", "a text, a list and a section cannot be one value")]
    [InlineData("a = ${b", "'}' is missing")]
    [InlineData("a = ${}", "the name in ${…} is missing")]
    [InlineData("a = ${b..c}", "a name is missing before a dot")]
    [InlineData("a =", "a value is missing")]
    [InlineData("a", "'a' has no value")]
    [InlineData("= 5", "a key is missing")]
    [InlineData("a = host:port", "':' stands in a text only between quotes")]
    [InlineData("a = \"\\x\"", "'\\x' is no escape")]
    [InlineData("a = [1 2] }", "'}' closes nothing")]
    [InlineData("include \"missing\"\ninclude required(\"missing\")", "the file to include is not there")]
    [InlineData("include url(\"http://localhost/\")", "only files are included")]
    [InlineData("include classpath(\"x\")", "only files are included")]
    [InlineData("include \"main.conf\"", "includes itself")]
    public void What_cannot_be_read_is_refused_in_one_line(string text, string problem)
    {
        var refused = Assert.Throws<HoconException>(() => Read(text));

        Assert.Contains("main.conf", refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_file_includes_others_beside_it_and_its_references_reach_them()
    {
        _folder.File("base.conf", "size = 1\ntwice = ${size}${size}\nnamed = ${?member}");
        _folder.File("more.conf", "x = ${size}");

        var read = Read(
            "member = n7\ninclude \"base.conf\"\nsize = 2\ns { include file(\"base\"), size = 3 }\ninclude required(file(\"more.conf\"))\ninclude "
            + "\"not there\"");

        Assert.Equal("22", read.GetString("twice"));
        Assert.Equal("33", read.GetString("s.twice"));
        Assert.Equal("n7", read.GetString("s.named"));
        Assert.Equal("2", read.GetString("x"));
    }

    [Fact]
    public void A_file_that_asks_for_more_than_there_can_be_is_refused()
    {
        var doubling = new StringBuilder("a0 = xxxxxxxxxx\n");
        for (var i = 1; i < 60; i++) doubling.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i} = ${{a{i - 1}}}${{a{i - 1}}}\n");
        var chain = new StringBuilder("a0 = x\n");
        for (var i = 1; i < 5000; i++) chain.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i} = ${{a{i - 1}}}\n");

        Assert.Contains("the file asks for more than", Refused(doubling.ToString()), StringComparison.Ordinal);
        Assert.Contains("values refer to each other more than 100 deep", Refused(chain.ToString()), StringComparison.Ordinal);
        Assert.Contains("more than 100 deep", Refused("a = " + new string('[', 100_000) + new string(']', 100_000)), StringComparison.Ordinal);
        Assert.Contains(
            "more than 100 deep", Refused(string.Concat(Enumerable.Repeat("a { ", 100_000)) + new string('}', 100_000)), StringComparison.Ordinal);
        Assert.Contains("more than 100 deep", Refused("a" + string.Concat(Enumerable.Repeat(".a", 100_000)) + " = 1"), StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
            Assert.Contains(
                "a configuration of more than", Assert.Throws<HoconException>(() => HoconFile.Read("/dev/zero", _ => null)).Message,
                StringComparison.Ordinal);
    }

    /// <summary>
    /// Whatever pieces a file is made of, it is read or refused; what is read holds nothing to look up, so that Akka and the settings come to an end
    /// with it.
    /// </summary>
    [Fact]
    public void Any_text_is_read_or_refused()
    {
        string[] pieces =
        [
            "a", "b", "a.b", "\"a\"", " = ", " : ", " += ", "${a}", "${b}", "${?a}", "${?b.a}", "${a.b}", "${", "${?}", "{", "}", "[", "]", ",", "\n",
            "\n", "\n", "x", "\"q\"", "\"", "\"\"\"", " ", "\\",
            "#c\n", "//", "include \"main.conf\"\n", "include ", ".", "..", "null", "5", "$", "?", "a = ${a} ${b}\n", "b = ${a} { a = ${b} }\n",
            "a = [${?b}]\n", "a { b = ${b} }\n",
        ];
        var taken = 0;
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                IsPlain(HoconResolver.Resolve("main.conf", HoconParser.Parse("main.conf", text, [], (_, _, _) => null), _ => null).Root, text);
                taken++;
            }
            catch (HoconException refused)
            {
                Assert.True(refused.Message.StartsWith("main.conf", StringComparison.Ordinal), $"seed {seed}: {refused.Message}");
                Assert.False(refused.Message.Contains('\n', StringComparison.Ordinal), $"seed {seed}: {refused.Message}");
            }
        }

        Assert.InRange(taken, 100, 19_900);
    }

    [Fact]
    public async Task A_server_takes_its_settings_from_the_environment_and_from_included_files()
    {
        var runtime = new FakeRuntime();
        _folder.File("store.conf", "dledger.store.segment-bytes = 16MiB");
        var file = _folder.File(
            "a.conf",
            "include \"store.conf\"\ndledger {\n  id = m1\n  id = ${?DLEDGER_TEST_NOT_SET}\n  group = \"g\"${?DLEDGER_TEST_NOT_SET}\n  data-dir = "
            + "${HOME}\"/{group}/{id}\"\n}\n");

        var run = await CommandRun.OfServerAsync(runtime, ["server", "--config", file]);

        Assert.Equal("", run.Error);
        Assert.Equal(("m1", "g", 16 << 20), (runtime.Plan!.Settings.Id, runtime.Plan.Settings.Group, runtime.Plan.Settings.Store.SegmentBytes));
        Assert.Equal(Environment.GetEnvironmentVariable("HOME") + "/g/m1", runtime.Plan.Settings.DataDir);
    }

    [Theory]
    [InlineData("dledger = 5", "dledger: must be a section")]
    [InlineData("dledger = [1]", "dledger: must be a section")]
    [InlineData("dledger.peers { a = 1 }", "dledger.peers = { … }: must be a text")]
    [InlineData("dledger.id = [1]", "dledger.id = [1]: must be a text")]
    [InlineData("dledger.store = 5", "dledger.store = 5: must be a section")]
    [InlineData("dledger.preferred-leaders = [[n0]]", "dledger.preferred-leaders = [[n0]]: item 1 must be a text")]
    [InlineData("dledger.\"a\\u001b[31m\" = 5", "dledger.a\\u001b[31m = 5: there is no such key")]
    [InlineData("dledger.data-dir = \"a\\u0000b\"", "dledger.data-dir = a\\u0000b: must be the path of a folder")]
    [InlineData("dledger.data-dir = \"/data/{name}\"", "{name} stands for nothing")]
    public async Task A_value_of_the_wrong_shape_is_named(string text, string problem)
    {
        var server = await CommandRun.OfServerAsync(new FakeRuntime(), ["server", "--config", _folder.File("a.conf", text)]);
        var client = await CommandRun.OfAsync(new FakeRuntime(), ["status", "--config", _folder.File("a.conf", text)]);

        Assert.Equal((2, 2), (server.Code, client.Code));
        Assert.Contains(problem, server.Error, StringComparison.Ordinal);
        Assert.Contains(problem, client.Error, StringComparison.Ordinal);
        Assert.Equal(1, server.Error.Count(c => c == '\n'));
    }

    private static void IsPlain(HoconValue value, string text)
    {
        foreach (var part in value.Values)
        {
            Assert.False(part is HoconSubstitution, text);
            foreach (
                var inner in part is HoconObject section ? section.Items.Values : part is HoconArray list ? list : Enumerable.Empty<HoconValue>())
                IsPlain(inner, text);
        }
    }

    private string Refused(string text) => Assert.Throws<HoconException>(() => Read(text)).Message;

    private Config Read(string text) => HoconFile.Read(
        _folder.File("main.conf", text), name => name switch { "SET" => "value", "SET_EMPTY" => "", _ => null });
}
