using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// A store on its way from the thread that opens it to the node root: it always has exactly one owner, who has to close it. A message alone would
/// leave it to nobody when the node root ends meanwhile, open and locked for as long as the process lives.
/// </summary>
internal sealed class StoreOffer
{
    private readonly Lock _gate = new();
    private OpenStore? _offered;
    private bool _isAbandoned;

    /// <summary>False: nobody waits for it any more, and the caller has to close it.</summary>
    public bool TryOffer(OpenStore store)
    {
        lock (_gate)
        {
            if (_isAbandoned) return false;
            _offered = store;
            return true;
        }
    }

    /// <summary>The caller owns it from here on; null if there is none.</summary>
    public OpenStore? Take()
    {
        lock (_gate)
        {
            var taken = _offered;
            _offered = null;
            return taken;
        }
    }

    /// <summary>Nothing is waited for any more. What was offered and not taken is the caller's to close.</summary>
    public OpenStore? Abandon()
    {
        lock (_gate) _isAbandoned = true;
        return Take();
    }
}
