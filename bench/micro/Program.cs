using BenchmarkDotNet.Running;
using DLedger.Micro;

// Without --job the short one; with it, that one alone: BenchmarkDotNet would otherwise run both.
var jobGiven = Array.Exists(args, arg => arg is "--job" or "-j" || arg.StartsWith("--job=", StringComparison.Ordinal));
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, jobGiven ? MicroConfig.Bare : MicroConfig.Short);
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
