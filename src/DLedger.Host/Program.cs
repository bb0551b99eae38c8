using System.Runtime.InteropServices;
using DLedger.Host;
using DLedger.Remoting;

// First of all: each further assembly takes two of what there may be too few of.
if (args is ["server" or "demo", ..] && OpenFileLimit.Problem() is { } tooFew)
{
    Console.Error.WriteLine($"dledger: {tooFew}");
    return ExitCode.Failed;
}

// Before anything opens a file.
StandardDescriptors.Ensure();

// The first Ctrl+C, SIGTERM or SIGHUP asks for a clean stop; a second one ends the process at once, as if nothing had been registered.
using var stop = new CancellationTokenSource();
void Ask(PosixSignalContext signal)
{
    if (stop.IsCancellationRequested) return; // not cancelled: the system's own way ends the process
    signal.Cancel = true;

    // Not on the signal's thread: what is cancelled may run long, and the second signal must get through.
    ThreadPool.QueueUserWorkItem(_ => stop.Cancel());
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);

// A terminal that goes away. Under nohup it is meant to be ignored.
using var hangUp = IgnoredSignals.HangUpIsIgnored() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ask);
using var terminal = Terminal.OfProcess();
return await DLedgerCommandLine.RunAsync(args, new CommandContext(terminal, new AkkaRuntime(), TimeProvider.System, stop.Token));
