using Akka.Actor;

namespace DLedger.Client;

/// <content>
/// Who leads. An append goes only to a member that has said itself that it leads: what is sent to a dead member can't be told from what is lost.
/// Hints say whom to ask.
/// </content>
internal sealed partial class ClientActor
{
    // An election takes a few hundred milliseconds: for so many rounds the members are asked at each tick, then once a second; a group without a
    // leader is not pestered.
    private const int HastyRounds = 20;
    private static readonly TimeSpan SearchInterval = TimeSpan.FromSeconds(1);

    // A slow network answers after a while: what was asked in the last rounds still counts.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    // A hand-over takes some milliseconds; one that comes to nothing, a second or two.
    private static readonly TimeSpan HandOverTime = TimeSpan.FromSeconds(1);

    private readonly Queue<LeaderSearch> _searches = new();
    private Leader? _leader;
    private TimeSpan _searchAgainAt;
    private int _searchesInVain;
    private string? _hint;

    /// <summary>Whoever leads this term hands over, and is not asked for a while.</summary>
    private (long Term, TimeSpan Until)? _handedOver;

    // While draining too: when the last answer is there, the next leader should be known.
    private bool WantsLeader => _pipeline.HasUnsent || _pipeline.Draining || _calls.WantLeader;

    private void ForgetLeader(string? hint = null)
    {
        // What was asked before that one was found says nothing of who leads after it.
        if (_leader is not null) EndSearches();
        _leader = null;
        _hint = hint ?? _hint;

        // Only one member at a time has requests of ours: what is under way is complete before anything goes to the next one.
        _pipeline.Break();
        if (WantsLeader) Search();
    }

    /// <summary>
    /// It takes no more appends, and may stop once another one leads: what is sent to it from here on may meet its end, and nobody would know whether
    /// it was taken.
    /// </summary>
    private void LeaderHandsOver(long term, string successor)
    {
        _handedOver = (term, Now + HandOverTime);
        ForgetLeader(successor);
    }

    private bool HandsOver(long term) => _handedOver is { } handedOver && term <= handedOver.Term && Now < handedOver.Until;

    private void Search()
    {
        var now = Now;
        if (now < _searchAgainAt) return;
        _searchAgainAt = now + (_searchesInVain++ < HastyRounds ? TickInterval : SearchInterval);
        var search = new LeaderSearch(now + AnswerTime);
        _searches.Enqueue(search);
        foreach (var address in _client.Members) AskWhoLeads(search, address);
        if (_hint is { } hint) AskWhoLeads(search, hint);
        _hint = null;
    }

    private void AskWhoLeads(LeaderSearch search, string address)
    {
        address = _client.AkkaAddress(address);
        if (!search.Asked.Add(address) || _client.Resolve(address) is not { } member) return;
        var reply = new QuestionRef(_client.Replies, Self, new LeaderSearch.Place(search, address, member));
        search.Replies.Add(reply);
        member.Tell(new GetStatus { RequestId = reply.RequestId }, reply);
    }

    private void OnSearchAnswer(LeaderSearch.Place place, object answer)
    {
        if (place.Search.IsOver || answer is not LedgerStatus status) return;
        if (status.Id.Length == 0)
        {
            // No member: what stands in for one where the group is not.
            place.Search.WithoutGroupDetail = status.Problem;
            if (++place.Search.WithoutGroup == place.Search.Asked.Count) NoSuchGroup(place.Search);
            return;
        }

        if (status.Role == MemberRole.Leader)
        {
            // Two may think that they lead; the higher term is right, and may answer last.
            if ((_leader is null || status.Term > _leader.Term) && !HandsOver(status.Term)) Found(new Leader(place.Member, status.Term));
            return;
        }

        if (status.LeaderAddress is { } address && place.Search.Asked.Count < 2 * (_client.Members.Count + 1)) AskWhoLeads(place.Search, address);
    }

    private void Found(Leader leader)
    {
        if (_leader is not null) _pipeline.Break();
        _leader = leader;
        _searchesInVain = 0;
        // Whoever it was that led before leads no more; what its end left without an answer gets none.
        GiveUp(UnknownReason.LeadershipLost, request => request.ConnectionBroken && request.Term < leader.Term);
        SendCalls(Now);
    }

    private void TickSearch(TimeSpan now)
    {
        while (_searches.TryPeek(out var oldest) && now >= oldest.Until) End(_searches.Dequeue());
        if (_leader is null && WantsLeader) Search();
    }

    private void EndSearches()
    {
        while (_searches.TryDequeue(out var search)) End(search);
    }

    private static void End(LeaderSearch search)
    {
        search.IsOver = true;
        foreach (var reply in search.Replies) reply.Close();
    }

    private void NoSuchGroup(LeaderSearch search)
    {
        var detail = search.WithoutGroupDetail ?? $"no member has a group {_client.Group}";
        EndSearches();
        _over.Clear();
        _pipeline.TakeUnsent(_over);
        foreach (var append in _over) Finish(append, new AppendResult.Rejected(RejectReason.NoSuchGroup, null, detail));
        RejectCalls(RejectReason.NoSuchGroup, detail);
    }

    private sealed record Leader(IActorRef Member, long Term);
}
