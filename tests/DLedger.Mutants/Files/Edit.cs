namespace DLedger.Mutants;

/// <summary>One place of a mutant: this text of this file becomes that.</summary>
/// <param name="File">Under the root of the repository, with forward slashes.</param>
/// <param name="Original">Occurs exactly once in the file.</param>
/// <param name="Mutated">Does what the original does unless the mutant is switched on.</param>
internal sealed record Edit(string File, string Original, string Mutated);
