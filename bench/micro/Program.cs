using BenchmarkDotNet.Running;
using DLedger.Micro;

// Without --job the short one; with it, that one alone: BenchmarkDotNet would otherwise run both.
var config = Has("--job", "-j") ? MicroConfig.Bare : MicroConfig.Short;
// In this process: nothing is generated and built, which takes longer than to measure. --runtimes asks for processes of their own.
string[] how = Has("--runtimes", "-r", "--inProcess", "-i") ? [] : ["--inProcess"];
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args, .. how], config);
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;

bool Has(params string[] options) => args.Any(arg => options.Any(option => arg == option || arg.StartsWith(option + "=", StringComparison.Ordinal)));
