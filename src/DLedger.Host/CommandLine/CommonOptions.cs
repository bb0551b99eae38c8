using System.CommandLine;
using System.Globalization;
using System.Text;
using Akka.Configuration;

namespace DLedger.Host;

/// <summary>
/// The options that say which group, which members and which settings. Command line over <c>--config</c> over defaults; everything is checked by
/// <see cref="DLedgerSettings"/>, so that a value is judged the same wherever it comes from.
/// </summary>
internal sealed class CommonOptions
{
    private const string DefaultSystem = "dledger";
    private const string DefaultId = "n0";
    private const string DefaultHost = "localhost";
    private const int DefaultPort = 20911;

    private readonly Option<string?> _peers = OptionOf.Text(
        "--peers", "MEMBERS", "All members: \"id-host:port[/bulkport];…\". Without it: one member on localhost:20911.");
    private readonly Option<string?> _group = OptionOf.Text("--group", "NAME", "Name of the group. [default: default]");
    private readonly Option<string?> _config = OptionOf.Text(
        "--config", "FILE", "HOCON file with a `dledger` section; the command line comes before it.");
    private readonly Option<string?> _system = OptionOf.Text(
        "--system", "NAME", "Name of the actor system, the same on all members. [default: dledger]");
    private readonly Option<string?> _host = OptionOf.Text("--host", "HOST", "Host of a single member. [default: localhost]");
    private readonly Option<long> _port = OptionOf.OptionalNumber("--port", "PORT", "Port of a single member. [default: 20911]", 1, 65535);
    private readonly Option<string> _timeout = OptionOf.Time(
        "--timeout", "How long to look for a leader and to repeat what is safe to repeat.", "10s");
    private readonly Option<string?> _readFrom = OptionOf.Text(
        "--read-from", "ID", "The member that answers, while it does. Without it: the leader for linearizable and lease, any member for the rest.");
    private readonly Option<string?> _id = OptionOf.Text("--id", "ID", "Id of this member: letters, digits, '_' and '.'. [default: n0]");
    private readonly Option<string?> _data = OptionOf.Text("--data", "DIR", "Folder of this member's data. [default: ./dledger-data/{group}/{id}]");
    private readonly Option<string?> _durability = OptionOf.Text(
        "--durability", "disk|memory", "disk: acknowledged entries are on disk on a quorum. memory: for tests. [default: disk]");

    private readonly Option<bool> _acceptNewPeers = OptionOf.Flag(
        "--accept-new-peers",
        "Let --peers take the place of the members that the data folder was founded with: on every member, after all were stopped with the same "
        + "log.");

    /// <summary>The options of a command that talks to a group.</summary>
    public void AddClientOptionsTo(Command command)
    {
        AddSharedOptionsTo(command);
        command.Add(_timeout);
    }

    /// <summary>The options of a command that reads.</summary>
    public void AddReaderOptionsTo(Command command)
    {
        AddClientOptionsTo(command);
        command.Add(_readFrom);
    }

    /// <summary>The options of a command that is a member.</summary>
    public void AddMemberOptionsTo(Command command)
    {
        command.Add(_id);
        AddSharedOptionsTo(command);
        command.Add(_data);
        command.Add(_durability);
        command.Add(_acceptNewPeers);
    }

    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Whether the command line itself says whom to talk to.</summary>
    public bool NamesMembers(ParseResult parsed) => IsGiven(parsed, _peers) || IsGiven(parsed, _host) || IsGiven(parsed, _port);

    /// <summary>Whom to talk to. Throws <see cref="UsageException"/>.</summary>
    public ClientTarget Target(ParseResult parsed, CancellationToken stop)
    {
        var file = FileOf(parsed, stop);
        var given = Given(parsed, DefaultId);

        // A client is no member: it takes the first one's place, so that the members are checked by the rules that they are started by.
        var peers = given.GetValueOrDefault("peers") ?? TextOf(file, "peers") ?? "";
        var first = peers.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("");
        if (Member.Parse(first, out _) is { } member) given["id"] = member.Id;
        var settings = Parse(given, file);
        return new ClientTarget(SystemOf(parsed), settings.Group, settings.Members, OptionOf.TimeOf(parsed, _timeout), settings)
        {
            ReadFrom = ReadFrom(parsed, settings),
        };
    }

    /// <summary>The member to run. Throws <see cref="UsageException"/>.</summary>
    public NodePlan Plan(ParseResult parsed, Action<NodeLogLine> log, CancellationToken stop)
    {
        var file = FileOf(parsed, stop);
        var given = Given(parsed, parsed.GetValue(_id) ?? TextOf(file, "id") ?? DefaultId);
        if (parsed.GetValue(_id) is { } id) given["id"] = id;
        if (parsed.GetValue(_data) is { } data) given["data-dir"] = data;
        if (parsed.GetValue(_durability) is { } durability) given["durability"] = durability;
        if (parsed.GetValue(_acceptNewPeers)) given["accept-new-peers"] = "on";
        return new NodePlan(SystemOf(parsed), Parse(given, file), file ?? Config.Empty, log);
    }

    private IReadOnlyList<string> ReadFrom(ParseResult parsed, DLedgerSettings settings)
    {
        if (!IsGiven(parsed, _readFrom) || parsed.GetValue(_readFrom) is not { } id) return [.. settings.Client.ReadFrom];
        return settings.Members.Any(member => member.Id == id)
            ? [id]
            : throw new UsageException(
                $"--read-from: '{id}' is not a member; members are {string.Join(", ", settings.Members.Select(member => member.Id))}");
    }

    private static string Quoted(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            if (char.IsControl(c)) throw new UsageException($"'{value}' holds a control character");
            if (c is '"' or '\\') quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private static DLedgerSettings Parse(SortedDictionary<string, string> given, Config? file)
    {
        var overrides = ConfigurationFactory.ParseString(string.Concat(given.Select(pair => $"dledger.{pair.Key} = {Quoted(pair.Value)}\n")));
        try
        {
            return DLedgerSettings.FromConfig(file is null ? overrides : overrides.WithFallback(file));
        }
        catch (SettingsException wrong)
        {
            throw new UsageException(wrong.Message, wrong);
        }
    }

    private void AddSharedOptionsTo(Command command)
    {
        command.Add(_peers);
        command.Add(_group);
        command.Add(_host);
        command.Add(_port);
        command.Add(_config);
        command.Add(_system);
    }

    /// <summary>What the command line says, by key below <c>dledger</c>.</summary>
    private SortedDictionary<string, string> Given(ParseResult parsed, string id)
    {
        var given = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (parsed.GetValue(_group) is { } group) given["group"] = group;
        var alone = IsGiven(parsed, _host) || IsGiven(parsed, _port);
        if (parsed.GetValue(_peers) is { } peers)
        {
            if (alone) throw new UsageException("--host and --port name a single member; with --peers they stand in --peers");
            given["peers"] = peers;
        }
        else if (alone)
        {
            given["peers"] = Alone(parsed, id);
        }

        return given;
    }

    private string Alone(ParseResult parsed, string id)
    {
        var host = parsed.GetValue(_host) ?? DefaultHost;
        if (host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[')) host = $"[{host}]";
        var port = IsGiven(parsed, _port) ? (int)parsed.GetValue(_port) : DefaultPort;

        // The upper ports have no room for the usual offset; a group of one has no use for bulk, but it listens.
        var bulk = port + Member.BulkPortOffset > 65535 ? $"/{port - Member.BulkPortOffset}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{id}-{host}:{port}{bulk}");
    }

    private string SystemOf(ParseResult parsed)
    {
        var system = parsed.GetValue(_system) ?? DefaultSystem;
        if (system.Length > 0 && char.IsAsciiLetterOrDigit(system[0]) && system.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return system;
        throw new UsageException($"--system: '{system}' is not a name: letters, digits, '-' and '_', the first a letter or digit");
    }

    private Config? FileOf(ParseResult parsed, CancellationToken stop)
    {
        if (parsed.GetValue(_config) is not { } path) return null;
        try
        {
            // A file may be a pipe that nobody writes to: a stop must not wait for it.
            var reading = Task.Run(() => HoconFile.Read(path, VariableOf), CancellationToken.None);
            return reading.WaitAsync(stop).GetAwaiter().GetResult();
        }
        catch (HoconException wrong)
        {
            throw new UsageException($"--config: {wrong.Message}", wrong);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--config: cannot read '{path}': {trouble.Message}", trouble);
        }
    }

    private static string? VariableOf(string name) =>
        name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal)
            ? null
            : Environment.GetEnvironmentVariable(name);

    /// <summary>A text of the file's section; what is no text is told when all is checked.</summary>
    private static string? TextOf(Config? file, string key) =>
        file?.Root.GetObject().GetKey("dledger") is { } section && section.IsObject() && section.GetObject().GetKey(key) is { } value
            && value.IsString()
            ? value.GetString()
            : null;
}
