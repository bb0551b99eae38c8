using System.Runtime.InteropServices;
using DLedger.Compare;

// Ctrl+C and SIGTERM end what was started here before they end this process; a second one ends it at once, and its children with it.
using var stop = new CancellationTokenSource();
void Ask(PosixSignalContext signal)
{
    signal.Cancel = true;
    if (stop.IsCancellationRequested) Environment.Exit(1);
    ThreadPool.QueueUserWorkItem(_ => stop.Cancel());
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
var code = await new CompareCommandLine().RunAsync(args, stop.Token);

// Members that live in this process have threads of their own, which would keep it alive.
Environment.Exit(code);
