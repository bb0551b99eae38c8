namespace DLedger.Protocol;

/// <summary>What two processes say to each other about the connection between them, whatever groups they share.</summary>
internal abstract record LinkMessage;
