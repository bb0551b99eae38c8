using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;

namespace DLedger.Compare;

/// <summary>
/// Puts under ever new keys, straight to the leader. The request is written by hand, which spares etcd the cost of a generated client; several
/// connections, because one is read by one thread.
/// </summary>
internal sealed class EtcdContender : IContender
{
    private const int ConnectionsMax = 4;
    private const int OutstandingPerConnection = 64;
    private const int KeyBytes = 8;

    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(30);

    private static readonly Method<PutRequest, PutRequest> Put = new(
        MethodType.Unary, "etcdserverpb.KV", "Put", Marshallers.Create(Write, Skip), Marshallers.Create(Write, Skip));

    private readonly CallInvoker[] _invokers;
    private long _key;

    private EtcdContender(CallInvoker[] invokers) => _invokers = invokers;

    public static async Task<IContender> ConnectAsync(LoadPlan plan, CancellationToken stop)
    {
        using var http = new HttpClient();
        var leader = await Waiting.ForAsync("a leader", HangTimeout, async () =>
        {
            foreach (var server in plan.Target.Split(','))
            {
                using var answer = await http.PostAsJsonAsync(new Uri($"{server}/v3/maintenance/status"), new { }, stop).ConfigureAwait(false);
                var status = await answer.Content.ReadFromJsonAsync<JsonElement>(stop).ConfigureAwait(false);
                if (status.TryGetProperty("leader", out var id) && id.GetString() is { } text && text != "0"
                    && text == status.GetProperty("header").GetProperty("member_id").GetString()) return server;
            }

            return null;
        }, stop).ConfigureAwait(false);
        var connections = Math.Clamp(plan.Outstanding / OutstandingPerConnection, 1, ConnectionsMax);
        return new EtcdContender([.. Enumerable.Range(0, connections).Select(_ => GrpcChannel.ForAddress(leader).CreateCallInvoker())]);
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> body)
    {
        var key = Interlocked.Increment(ref _key);
        using var call = _invokers[key % _invokers.Length].AsyncUnaryCall(Put, null, default, new PutRequest(key, body));
        await call.ResponseAsync.ConfigureAwait(false);
    }

    /// <summary>message PutRequest { bytes key = 1; bytes value = 2; }</summary>
    private static void Write(PutRequest request, SerializationContext context)
    {
        Span<byte> head = stackalloc byte[2 + KeyBytes + 1 + 5];
        head[0] = 0x0A;
        head[1] = KeyBytes;
        BinaryPrimitives.WriteInt64BigEndian(head[2..], request.Key);
        head[2 + KeyBytes] = 0x12;
        var length = 3 + KeyBytes;
        var left = (uint)request.Value.Length;
        for (; left >= 0x80; left >>= 7) head[length++] = (byte)(left | 0x80);
        head[length++] = (byte)left;

        context.SetPayloadLength(length + request.Value.Length);
        var writer = context.GetBufferWriter();
        head[..length].CopyTo(writer.GetSpan(length));
        writer.Advance(length);
        request.Value.Span.CopyTo(writer.GetSpan(request.Value.Length));
        writer.Advance(request.Value.Length);
        context.Complete();
    }

    /// <summary>An answer without an error is all that counts.</summary>
    private static PutRequest Skip(DeserializationContext context) => PutRequest.None;

    private sealed record PutRequest(long Key, ReadOnlyMemory<byte> Value)
    {
        public static PutRequest None { get; } = new(0, default);
    }
}
