namespace DLedger.Mutants;

/// <summary>What hunts a mutant.</summary>
internal abstract record Hunter
{
    private Hunter()
    {
    }

    /// <summary>Seeds of the simulation.</summary>
    public sealed record Swarm : Hunter
    {
        public override string ToString() => "swarm";
    }

    /// <summary>Seeds of the power-loss runs of the store.</summary>
    public sealed record PowerLoss : Hunter
    {
        public override string ToString() => "power loss";
    }

    /// <summary>One test by name, where no random search can be expected to get.</summary>
    public sealed record Test(string Project, string Name) : Hunter
    {
        public override string ToString() => $"`{Name}`";
    }

    public static Hunter Parse(string text) => text.Split(' ') switch
    {
        ["swarm"] => new Swarm(),
        ["power", "loss"] => new PowerLoss(),
        ["test", var project, var name] => new Test(project, name),
        _ => throw new FormatException($"'caught by: {text}' is none of 'swarm', 'power loss', 'test PROJECT NAME'."),
    };
}
