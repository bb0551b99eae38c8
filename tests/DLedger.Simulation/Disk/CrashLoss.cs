namespace DLedger.Simulation;

/// <summary>What a crash takes of what was not synced.</summary>
public enum CrashLoss
{
    /// <summary>The process dies (kill -9), the machine goes on: what was written stays, synced or not.</summary>
    KeepWritten,

    /// <summary>The machine dies, and nothing that was not synced had got to the medium.</summary>
    DropUnsynced,

    /// <summary>The machine dies, and each write that was not synced may have got to the medium or not, whatever its order.</summary>
    Random,
}
