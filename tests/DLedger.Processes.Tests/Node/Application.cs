using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;

namespace DLedger.Processes.Tests;

/// <summary>
/// One life of an application with an address of its own, which talks to a member by <see cref="DLedgerClient"/>, or by messages. It obeys lines on
/// its input and reports on its output; the end of its input is the end of it.
/// </summary>
/// <remarks>
/// Lines in: <c>up</c>, answered <c>up</c> once it is connected; <c>append TEXT</c> or <c>read INDEX</c>, answered <c>there</c> once the member has
/// the request, and <c>answer …</c> when it comes.
/// </remarks>
internal static class Application
{
    public const string Flag = "--application";
    public const string Warm = "warm";
    public const string Up = "up";
    public const string There = "there";
    public const string Answer = "answer ";
    public const string OfAnother = "of another request";

    /// <summary>How it asks: with a client.</summary>
    public const string ByClient = "client";

    /// <summary>With <see cref="DLedgerExtension"/>'s own ask.</summary>
    public const string ByAsk = "ask";

    /// <summary>With Akka's ask and an id, which it compares.</summary>
    public const string ByAkkasAsk = "akka-ask";

    private static readonly TimeSpan HangTimeout = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(string how, int port, string member)
    {
        // What comes later is not to wait for the compiler: followers that stand still have a leader for one election timeout only.
        await using (var rehearsal = await LifeAsync(how, 0, member)) await rehearsal.ConnectAsync();
        Say(Warm);
        Life? life = null;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case [Up]:
                    life = await LifeAsync(how, port, member);
                    await life.ConnectAsync();
                    Say(Up);
                    break;
                case ["append", var text]:
                    await TellAsync(life!, life!.AppendAsync(Encoding.UTF8.GetBytes(text)));
                    break;
                case ["read", var index]:
                    await TellAsync(life!, life!.ReadAsync(long.Parse(index, CultureInfo.InvariantCulture)));
                    break;
                default:
                    Say($"not understood: {line}");
                    break;
            }
        }

        if (life is not null) await life.DisposeAsync();
        return 0;
    }

    private static async Task TellAsync(Life life, Task<string> answer)
    {
        // One connection, in order: when the member says how it is, it has the request.
        await life.ConnectAsync();
        Say(There);
        _ = SayAsync();

        async Task SayAsync() => Say(Answer + await answer);
    }

    private static async Task<Life> LifeAsync(string how, int port, string member)
    {
        var system = ActorSystem.Create("application", ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.actor.provider = remote
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            akka.coordinated-shutdown.exit-clr = off
            akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
            akka.remote.dot-netty.tcp.port = {{port}}
            akka.remote.dot-netty.tcp.maximum-frame-size = 8MiB
            """)));
        DLedgerExtension.Get(system);
        var life = new Life(system, Member.Parse(member, out _)!, how);
        await Task.Yield();
        return life;
    }

    private static string Show(DLedgerMessage answer) => answer switch
    {
        AppendResult.Committed committed => string.Create(CultureInfo.InvariantCulture, $"{committed.Index}"),
        ReadResult.Entries entries =>
            string.Create(CultureInfo.InvariantCulture, $"{entries.Items[0].Index} {Encoding.UTF8.GetString(entries.Items[0].Body.Span)}"),
        _ => $"{answer}",
    };

    private static void Say(string line)
    {
        lock (Console.Out) Console.Out.WriteLine(line);
    }

    private sealed class Life(ActorSystem system, Member member, string how) : IAsyncDisposable
    {
        private readonly DLedgerClient? _client = how == ByClient
            ? DLedgerClient.Create(system, ServerGroup.GroupName, [member], new DLedgerClientOptions { Timeout = HangTimeout }) : null;

        private readonly ActorSelection _member = system.ActorSelection(
            $"akka.tcp://{DLedgerSystem.DefaultName}@{member.Address}/user/dledger/{ServerGroup.GroupName}");

        private bool _isConnected;

        public async Task ConnectAsync()
        {
            if (_client is null)
            {
                if (how == ByAsk) await DLedgerExtension.Get(system).AskAsync(_member, new GetStatus(), HangTimeout);
                else await _member.Ask<LedgerStatus>(new GetStatus(), HangTimeout);
                return;
            }

            await _client.StatusAsync(HangTimeout);

            // No member takes this one, and none waits for anybody to refuse it: from then on the client knows its leader.
            if (!_isConnected) await _client.AppendAsync(new byte[(1 << 20) + 1]);
            _isConnected = true;
        }

        public async Task<string> AppendAsync(byte[] body) => _client is not null
            ? Show(await _client.AppendAsync(body))
            : await AskAsync(new Append(body));

        public async Task<string> ReadAsync(long index) => _client is not null
            ? Show(await _client.ReadAsync(new Read(index)))
            : await AskAsync(new Read(index));

        public async ValueTask DisposeAsync()
        {
            if (_client is not null) await _client.DisposeAsync();
            await system.Terminate();
        }

        private async Task<string> AskAsync<T>(DLedgerRequest<T> request)
            where T : DLedgerMessage
        {
            if (how == ByAsk) return Show(await DLedgerExtension.Get(system).AskAsync(_member, request, HangTimeout));
            var id = DLedgerExtension.Get(system).NewRequestId();
            var answer = await _member.Ask<T>(request.WithRequestId(id), HangTimeout);
            return answer.RequestId == id ? Show(answer) : OfAnother;
        }
    }
}
