using System.Globalization;

namespace DLedger.Compare;

/// <summary>Reads what some processes have used, from <c>/proc</c>.</summary>
internal sealed class UsageMeter
{
    /// <summary>What the kernel counts CPU in there, on every Linux.</summary>
    private const double TicksPerSecond = 100;

    private readonly IReadOnlyList<int> _pids;
    private readonly Usage _before;

    private UsageMeter(IReadOnlyList<int> pids)
    {
        _pids = pids;
        _before = Now();
    }

    public static UsageMeter Start(params IReadOnlyList<int> pids) => new(pids);

    public Usage Since()
    {
        var now = Now();
        return now with { CpuSeconds = now.CpuSeconds - _before.CpuSeconds, WrittenBytes = now.WrittenBytes - _before.WrittenBytes };
    }

    private Usage Now()
    {
        var sum = new Usage(0, 0, 0);
        foreach (var pid in _pids) sum += Of(pid);
        return sum;
    }

    private static Usage Of(int pid)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");

        // The name of the program stands in brackets and may hold anything; user and system time are the 12th and 13th field behind it.
        var stat = File.ReadAllText($"{folder}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new Usage(ticks / TicksPerSecond, Line($"{folder}/io", "write_bytes:"), Line($"{folder}/status", "VmHWM:") * 1024);
    }

    private static long Line(string file, string name)
    {
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
        }

        throw new ComparisonFailedException($"{file} has no {name}");
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
