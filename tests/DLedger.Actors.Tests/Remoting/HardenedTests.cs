using Akka.Actor;
using DLedger.Core;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>
/// What a stranger can do to a member that reaches its port with an ordinary ActorSystem: much in a system as Akka makes it, nothing of it in a
/// hardened one.
/// </summary>
public sealed class HardenedTests : IAsyncLifetime
{
    private static readonly Dictionary<string, Action<ActorSystem, Member>> Attacks = new()
    {
        ["a PoisonPill by selection"] = static (stranger, member) => Select(stranger, member, "/user/dledger/g").Tell(PoisonPill.Instance),
        ["a Kill by selection"] = static (stranger, member) => Select(stranger, member, "/user/dledger").Tell(Kill.Instance),
        ["a PoisonPill to the group"] = static (stranger, member) => Reach(stranger, member, "/user/dledger/g").Tell(PoisonPill.Instance),
        ["a PoisonPill to all groups"] = static (stranger, member) => Reach(stranger, member, "/user/dledger").Tell(PoisonPill.Instance),
        ["a Kill to the group"] = static (stranger, member) => Reach(stranger, member, "/user/dledger/g").Tell(Kill.Instance),
        ["a Terminate to the group"] = static (stranger, member) => Reach(stranger, member, "/user/dledger/g").Stop(),
        ["a Terminate to a role"] = static (stranger, member) => Reach(stranger, member, "/user/dledger/g/elector").Stop(),
        ["a Terminate to all actors"] = static (stranger, member) => Reach(stranger, member, "/user").Stop(),
        ["a Suspend of the group"] = static (stranger, member) => Reach(stranger, member, "/user/dledger/g").Suspend(),
        ["JSON that names a type"] = static (stranger, member) => Reach(stranger, member, "/user/dledger/g").Tell(new Gadget { Fuse = "lit" }),
        ["JSON by selection"] = static (stranger, member) => Select(stranger, member, "/user/dledger/g").Tell(new Gadget { Fuse = "lit" }),
        ["an exception that names its type"] = static (stranger, member) =>
            Reach(stranger, member, "/user/dledger/g").Tell(new Status.Failure(new InvalidOperationException("x"))),
        ["remote deployment"] = static (stranger, member) => stranger.ActorOf(
            Props.Create<Spy>().WithDeploy(new Deploy(new RemoteScope(new Address("akka.tcp", "dledger", member.Host, member.Port))))),
    };

    private readonly Systems _systems = new();

    public static TheoryData<string> AllAttacks => [.. Attacks.Keys];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _systems.StopAll();

    [Theory]
    [MemberData(nameof(AllAttacks))]
    public async Task A_hardened_member_is_not_harmed_by(string attack)
    {
        var settings = Systems.Settings(1, "durability = memory");
        var system = _systems.Member(settings, RemotingConfig.Hardened("g"));
        var ledger = DLedgerExtension.Get(system);
        ledger.Start(settings, new MemoryLogStoreFactory(Guid.NewGuid));
        var stranger = _systems.Application();
        DLedgerExtension.Get(stranger);
        await using var client = DLedgerClient.Create(stranger, "g", settings.Members);
        Assert.IsType<AppendResult.Committed>(await client.AppendAsync(new byte[] { 1 }).WaitAsync(Inbox.Deadline));
        var (fuses, spies) = (Gadget.Lit, Spy.Made);

        Attacks[attack](stranger, settings.Self);

        // On the same connection, so after it. A system message that is refused costs the stranger this connection, and with it an answer.
        AppendResult after;
        do after = await client.AppendAsync(new byte[] { 2 }).WaitAsync(Inbox.Deadline);
        while (after is AppendResult.Unknown);
        Assert.IsType<AppendResult.Committed>(after);

        // By selection too, as applications do.
        var status = await Select(stranger, settings.Self, "/user/dledger/g").Ask<LedgerStatus>(new GetStatus(), Inbox.Deadline);
        Assert.Equal(MemberRole.Leader, status.Role);
        Assert.Equal(1, status.Term);
        Assert.Equal((fuses, spies), (Gadget.Lit, Spy.Made));
        Assert.False(ledger.WhenStopped("g").IsCompleted);
    }

    [Theory]
    [InlineData("a PoisonPill by selection")]
    [InlineData("a Kill to the group")]
    [InlineData("a Terminate to the group")]
    [InlineData("a Terminate to all actors")]
    public async Task As_Akka_makes_it_a_member_is_ended_by(string attack)
    {
        var settings = Systems.Settings(1, "durability = memory");
        var system = _systems.Member(settings);
        var ledger = DLedgerExtension.Get(system);
        ledger.Start(settings, new MemoryLogStoreFactory(Guid.NewGuid));

        Attacks[attack](_systems.Application(), settings.Self);

        Assert.IsType<StopCause.Failed>(await ledger.WhenStopped("g").WaitAsync(Inbox.Deadline));
    }

    [Fact]
    public async Task As_Akka_makes_it_a_member_makes_objects_and_actors_for_strangers()
    {
        var settings = Systems.Settings(1);
        _systems.Member(settings);
        var stranger = _systems.Application();
        var lit = Gadget.NextLit();
        var made = Spy.NextMade();

        Attacks["JSON that names a type"](stranger, settings.Self);
        Attacks["remote deployment"](stranger, settings.Self);

        await Task.WhenAll(lit, made).WaitAsync(Inbox.Deadline);
    }

    [Fact]
    public async Task In_a_hardened_system_what_has_no_serializer_of_its_own_fails_at_the_sender()
    {
        var settings = Systems.Settings(1);
        var system = _systems.Member(settings, RemotingConfig.Hardened("g"));
        var application = _systems.Application();
        var errors = Systems.Errors(system);

        Reach(system, settings.Self with { Port = (int)((ExtendedActorSystem)application).Provider.DefaultAddress.Port! }, "/user/anybody", "app")
            .Tell(new Gadget());

        using var deadline = new CancellationTokenSource(Inbox.Deadline);
        Assert.Contains("RemotingConfig.Hardened", (await errors.ReadAsync(deadline.Token)).ToString(), StringComparison.Ordinal);
    }

    private static ActorSelection Select(ActorSystem from, Member member, string path) =>
        from.ActorSelection($"akka.tcp://dledger@{member.Address}{path}");

    private static IInternalActorRef Reach(ActorSystem from, Member member, string path, string name = "dledger") =>
        (IInternalActorRef)((ExtendedActorSystem)from).Provider.ResolveActorRef($"akka.tcp://{name}@{member.Address}{path}");

    /// <summary>Does something when it is made from JSON.</summary>
    public sealed class Gadget
    {
        private static int _lit;
        private static TaskCompletionSource _next = new();
        private string _fuse = "";

        public static int Lit => Volatile.Read(ref _lit);

        public string Fuse
        {
            get => _fuse;
            set
            {
                _fuse = value;
                if (!System.Environment.StackTrace.Contains("Newtonsoft", StringComparison.Ordinal)) return;
                Interlocked.Increment(ref _lit);
                Volatile.Read(ref _next).TrySetResult();
            }
        }

        public static Task NextLit()
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _next, next);
            return next.Task;
        }
    }

    /// <summary>An actor that somebody else wants to run here.</summary>
    public sealed class Spy : UntypedActor
    {
        private static int _made;
        private static TaskCompletionSource _next = new();

        public Spy()
        {
            Interlocked.Increment(ref _made);
            Volatile.Read(ref _next).TrySetResult();
        }

        public static int Made => Volatile.Read(ref _made);

        public static Task NextMade()
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _next, next);
            return next.Task;
        }

        protected override void OnReceive(object message)
        {
        }
    }
}
