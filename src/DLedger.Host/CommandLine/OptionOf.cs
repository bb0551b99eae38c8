using System.CommandLine;
using System.Globalization;

namespace DLedger.Host;

/// <summary>Makes options whose wrong values are told in one line that names the option, the value and what is allowed.</summary>
internal static class OptionOf
{
    public static Option<string?> Text(string name, string valueName, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = valueName, Description = description };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<long> Number(string name, string valueName, string description, long min, long max, long value, params string[] aliases) =>
        Ranged(name, valueName, description, min, max, aliases, () => value);

    /// <summary>A number without a default, to be asked for with <see cref="CommonOptions.IsGiven"/>.</summary>
    public static Option<long> OptionalNumber(string name, string valueName, string description, long min, long max, params string[] aliases) =>
        Ranged(name, valueName, description, min, max, aliases, null);

    /// <summary>One of some words; the value is the word, so that the help page shows what to type.</summary>
    public static Option<string> OneOf(string name, string description, string value, IEnumerable<string> allowed)
    {
        var words = allowed.ToList();
        return Checked(
            name, string.Join('|', words), description, value, text => words.Contains(text) ? null : $"is none of {string.Join(", ", words)}");
    }

    /// <summary>A word that <paramref name="problemOf"/> has nothing against.</summary>
    public static Option<string> Word(string name, string valueName, string description, string value, Func<string, string?> problemOf) =>
        Checked(name, valueName, description, value, problemOf);

    /// <summary>A time such as <c>10s</c>, <c>500ms</c>, <c>2m</c>, or a plain number of seconds; to be read by <see cref="TimeOf"/>.</summary>
    public static Option<string> Time(string name, string description, string value) =>
        Checked(name, "TIME", description, value, text => TryTime(text, out _) ? null : "is not a time such as 10s, 500ms or 2m, from 1ms to 1h");

    /// <summary>
    /// A time that need not be named: the option alone stands for <paramref name="value"/>. To be asked for with <see cref="CommonOptions.IsGiven"/>.
    /// </summary>
    public static Option<string> OptionalTime(string name, string description, string value)
    {
        var option = Time(name, description, value);
        option.Arity = ArgumentArity.ZeroOrOne;
        return option;
    }

    /// <summary>The value of an option made by <see cref="Time"/>.</summary>
    public static TimeSpan TimeOf(ParseResult parsed, Option<string> option) =>
        TryTime(parsed.GetRequiredValue(option), out var time)
            ? time
            : throw new UsageException($"{option.Name}: '{parsed.GetValue(option)}' is not a time");

    private static Option<string> Checked(string name, string valueName, string description, string value, Func<string, string?> problemOf) =>
        new(name)
    {
        HelpName = valueName,
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 0 ? value : result.Tokens[0].Value;
            if (problemOf(text) is { } problem) result.AddError($"{name}: '{text}' {problem}");
            return text;
        },
    };

    private static Option<long> Ranged(string name, string valueName, string description, long min, long max, string[] aliases, Func<long>? value)
    {
        var option = new Option<long>(name, aliases)
        {
            HelpName = valueName,
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min
                    && number <= max)
                    return number;
                var allowed = max == long.MaxValue ? $"of {min} or more" : $"from {min} to {max}";
                result.AddError($"{name}: '{text}' is not a number {allowed}");
                return min;
            },
        };
        if (value is not null) option.DefaultValueFactory = _ => value();
        return option;
    }

    private static bool TryTime(string text, out TimeSpan time)
    {
        var (unit, seconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => ("ms", 0.001),
            _ when text.EndsWith('s') => ("s", 1.0),
            _ when text.EndsWith('m') => ("m", 60.0),
            _ => ("", 1.0),
        };
        time = default;
        if (!double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        var total = number * seconds;
        if (total is < 0.001 or > 3600) return false;
        time = TimeSpan.FromSeconds(total);
        return true;
    }
}
