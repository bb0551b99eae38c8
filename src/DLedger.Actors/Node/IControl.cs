namespace DLedger.Node;

/// <summary>
/// For a log's owner: never waits behind a backlog of appends or pushes (SAFETY 30). Among themselves these keep their order.
/// </summary>
internal interface IControl;
