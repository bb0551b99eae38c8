namespace DLedger.Core;

/// <summary>Asking the others who they are, and answering them.</summary>
internal sealed class Greetings(
    ElectionTurn turn, TermState termState, PeerTable peers, Founders founders, ElectionSettings settings, Func<long> drawNonce)
{
    /// <summary>When those who are to be asked are asked next; at once after a start.</summary>
    private TimeSpan _nextRound = turn.Now;

    /// <summary>
    /// Somebody in this member's name asks who we are. It may be anybody: all that it gets out of us is a question and an answer, to where the member
    /// is.
    /// </summary>
    public void Asked(PeerView peer, long nonce)
    {
        // Another nonce than last time: it has started anew, or has learned something.
        if (peer.AskedUs != nonce)
        {
            peer.NewsDue = true;
            AskSoon(peer);
        }

        peer.AskedUs = nonce;
        peer.AnswerDue = true;
        Answer();
    }

    /// <summary>
    /// A question in another version of the protocol. Whoever it is learns why it gets no other answer; and what the member itself has to say to
    /// this, we ask it.
    /// </summary>
    public void Refuse(PeerView peer, long nonce)
    {
        turn.Emit(new ElectionEffect.SendHelloRefused(peer.Id, nonce, settings.Protocol));
        AskSoon(peer);
    }

    /// <summary>Whether this answers a question of ours that still stands.</summary>
    public bool IsAnswer(PeerView peer, long nonce)
    {
        if (nonce == peer.Nonce) return true;
        if (!peer.EarlierNonces.Contains(nonce)) turn.Emit(new ElectionEffect.Dropped($"an answer of {peer.Id} to a question that was never asked"));
        return false;
    }

    /// <summary>
    /// Whoever we have not met, and whoever is silent: followers have nothing to say to each other, and a connection that is found dead only when a
    /// vote must pass over it costs an election.
    /// </summary>
    public void AskAround()
    {
        if (turn.Now < _nextRound || termState.Saved.Founders is null) return;
        _nextRound = turn.Now + settings.ElectionTimeoutMin;
        foreach (var peer in peers.All)
        {
            // Who is not founded asks those that it hears all the time as well: one of them may be, and its answer is all that is missing.
            if (!peers.IsFounded || !HasMet(peer) || peer.NewsDue || turn.Since(peer.LastHeard) >= settings.ElectionTimeoutMax * 2) Ask(peer);
        }
    }

    /// <summary>Not on the next turn of the clock, but not at every message either.</summary>
    public void AskSoon(PeerView peer)
    {
        if (turn.Since(peer.Asked) >= settings.HeartbeatInterval / 2) Ask(peer);
    }

    /// <summary>What we know has changed: answers to earlier questions are of before, and what we answered is too.</summary>
    public void AskAnew(PeerView peer)
    {
        peer.EarlierNonces.Add(peer.Nonce);
        peer.Nonce = drawNonce();
        Ask(peer);
        peer.AnswerDue = peer.AskedUs is not null;
    }

    /// <summary>Answers whoever waits for it, once what we say of ourselves is on disk.</summary>
    public void Answer()
    {
        if (termState.Saved.Founders is null || !termState.HasMetTheLog) return;
        Greeting? greeting = null;
        foreach (var peer in peers.All)
        {
            if (!peer.AnswerDue || peer.AskedUs is not { } nonce) continue;
            if (founders.Fit && !IsSaved(peers.Lives())) return;
            peer.AnswerDue = false;
            greeting ??= Ours();
            turn.Emit(new ElectionEffect.SendHelloReply(peer.Id, nonce, greeting));
        }
    }

    private bool IsSaved(List<MemberLife> lives) =>
        termState.Saved.Peers.Select(known => new MemberLife(known.Id, known.StoreId)).SequenceEqual(lives.Where(life => life.Id != settings.Self));

    private Greeting Ours() => new(
        termState.Saved.Founders!,
        peers.Lives(),
        founders.Fit && termState.Saved.Peers.Count == peers.All.Count && termState.Saved.Peers.All(known => known.ConfirmedUs),
        founders.AreToBeExchanged ? peers.Ids : [],
        termState.Tail,
        termState.Saved.Floor,
        settings.MaxEntryBytes,
        settings.BatchBytesMax);

    private bool HasMet(PeerView peer) => founders.Fit && peer.ConfirmedUs && peer.Greeting is not null && founders.AreOf(peer);

    private void Ask(PeerView peer)
    {
        if (termState.Saved.Founders is null) return;
        peer.Asked = turn.Now;
        turn.Emit(new ElectionEffect.SendHello(peer.Id, founders.Fit && peer.ConfirmedUs, peer.Nonce, settings.Protocol));
    }
}
