namespace DLedger.Processes.Tests;

/// <summary>A kind of fault that befalls a group again and again.</summary>
internal abstract class Nemesis(string name)
{
    public string Name { get; } = name;

    /// <summary>Why it cannot be had here; null when it can.</summary>
    public virtual string? WhyNot => null;

    /// <summary>Whether the members' folders are on file systems that can be made full.</summary>
    public virtual bool NeedsSmallDisks => false;

    /// <summary>After how long a run goes on with a new group; null when one group bears it for ever.</summary>
    public virtual TimeSpan? GroupLife => null;

    /// <summary>One period of faults. All of them are undone at its end.</summary>
    public abstract Task StrikeAsync(Faults faults, Random dice, TimeSpan length);
}
