using Akka.Dispatch;

namespace DLedger.Simulation;

/// <summary>A mailbox with work (or another runnable) that waits to be picked.</summary>
internal sealed record ReadyWork(SimNode Node, string Path, IRunnable Run, WorldMessageQueue? Queue);
