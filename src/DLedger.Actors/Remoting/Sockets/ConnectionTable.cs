namespace DLedger.Remoting;

/// <summary>The connections of a transport of which it is known who they are, within their bounds. Used by all threads.</summary>
/// <param name="bounds">How many there may be.</param>
/// <param name="path">Where the bounds are set, for messages.</param>
internal sealed class ConnectionTable(ConnectionBounds bounds, string path)
{
    private readonly Lock _gate = new();
    private readonly HashSet<SocketConnection> _connections = new(ReferenceEqualityComparer.Instance);
    private int _others;
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_gate) return _connections.Count;
        }
    }

    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Null, or why there is no place for it.</summary>
    public string? TryAdd(SocketConnection connection)
    {
        lock (_gate)
        {
            if (_closed) return "the transport is closed";
            if (_connections.Count >= bounds.ConnectionsMax)
                return $"there are {_connections.Count} connections ({path}.connections-max, less where few files may be open)";
            if (!connection.IsMember && _others >= bounds.ConnectionsMax - bounds.MembersReserve)
            {
                return $"there are {_others} connections, and the rest is for members ({path}.connections-max less members-reserve, "
                    + "less where few files may be open)";
            }

            _connections.Add(connection);
            if (!connection.IsMember) _others++;
            return null;
        }
    }

    public void Remove(SocketConnection connection)
    {
        lock (_gate)
        {
            if (_connections.Remove(connection) && !connection.IsMember) _others--;
        }
    }

    /// <summary>
    /// The connection with the most that waits to be sent; one of a member only when nothing else waits: what waits for members has other bounds.
    /// </summary>
    public SocketConnection? Heaviest()
    {
        SocketConnection? heaviest = null;
        lock (_gate)
        {
            foreach (var connection in _connections)
            {
                if (connection.WaitingBytes > 0 && (heaviest is null || Weight(connection).CompareTo(Weight(heaviest)) > 0)) heaviest = connection;
            }
        }

        return heaviest;

        static (bool, long) Weight(SocketConnection connection) => (!connection.IsMember, connection.WaitingBytes);
    }

    /// <summary>Takes none any more. Those that are there, for the caller to close.</summary>
    public IReadOnlyList<SocketConnection> Close()
    {
        lock (_gate)
        {
            _closed = true;
            return [.. _connections];
        }
    }
}
