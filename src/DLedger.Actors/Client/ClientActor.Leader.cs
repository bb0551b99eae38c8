using Akka.Actor;

namespace DLedger.Client;

/// <content>
/// Who leads. An append goes only to a member that has said itself that it leads: what is sent to a dead member can't be told from what is lost. Hints say whom to ask.
/// </content>
internal sealed partial class ClientActor
{
    private const string LeaderRole = "Leader";

    // Doubles while nobody is found, up to eight times: a slow network answers after a while, and a group without a leader is not pestered.
    private static readonly TimeSpan SearchInterval = TimeSpan.FromMilliseconds(250);

    private Leader? _leader;
    private LeaderSearch? _search;
    private TimeSpan _searchAgainAt;
    private int _searchesInVain;
    private string? _hint;

    // While draining too: when the last answer is there, the next leader should be known.
    private bool WantsLeader => _pipeline.HasUnsent || _pipeline.Draining || _calls.Exists(static call => call.LeaderOnly && call.Reply is null);

    private void ForgetLeader(string? hint = null)
    {
        _leader = null;
        _hint = hint ?? _hint;

        // Only one member at a time has requests of ours: what is under way is settled before anything goes to the next one.
        _pipeline.Break();
        if (WantsLeader) Search();
    }

    private void Search()
    {
        if (_search is not null || Now < _searchAgainAt) return;
        _search = new LeaderSearch();
        _searchAgainAt = Now + (SearchInterval * (1 << Math.Min(_searchesInVain++, 3)));
        foreach (var address in _client.Members) AskWhoLeads(address);
        if (_hint is { } hint) AskWhoLeads(hint);
        _hint = null;
    }

    private void AskWhoLeads(string address)
    {
        if (_search is not { } search || !search.Asked.Add(address) || _client.Resolve(address) is not { } member) return;
        var reply = new ReplyRef(_client.Provider, Self, new LeaderSearch.Place(search, address, member));
        search.Replies.Add(reply);
        member.Tell(new GetStatus(), reply);
    }

    private void OnSearchAnswer(LeaderSearch.Place place, object answer)
    {
        if (place.Search != _search || answer is not LedgerStatus status) return;
        if (status.Id.Length == 0)
        {
            // No member: what stands in for one where the group is not.
            place.Search.WithoutGroupDetail = status.Problem;
            if (++place.Search.WithoutGroup == place.Search.Asked.Count) NoSuchGroup(place.Search);
            return;
        }

        if (status.Role == LeaderRole)
        {
            // Two may think that they lead; the higher term is right, and may answer last.
            if (_leader is null || status.Term > _leader.Term) Found(new Leader(place.Member, status.Term));
            return;
        }

        if (status.LeaderAddress is { } address && place.Search.Asked.Count < 2 * (_client.Members.Count + 1)) AskWhoLeads(address);
    }

    private void Found(Leader leader)
    {
        if (_leader is not null) _pipeline.Break();
        _leader = leader;
        _searchesInVain = 0;
        SendCalls(Now);
    }

    private void TickSearch(TimeSpan now)
    {
        if (_search is not null && now >= _searchAgainAt) EndSearch();
        if (_leader is null && WantsLeader) Search();
    }

    private void EndSearch()
    {
        foreach (var reply in _search!.Replies) reply.Close();
        _search = null;
    }

    private void NoSuchGroup(LeaderSearch search)
    {
        var detail = search.WithoutGroupDetail ?? $"no member has a group {_client.Group}";
        EndSearch();
        _over.Clear();
        _pipeline.TakeUnsent(_over);
        foreach (var append in _over) Finish(append, new AppendResult.Rejected(RejectReason.NoSuchGroup, null, detail));
        RejectCalls(RejectReason.NoSuchGroup, detail);
    }

    private sealed record Leader(IActorRef Member, long Term);
}
