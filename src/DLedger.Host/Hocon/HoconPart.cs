namespace DLedger.Host;

/// <summary>A piece of a value as it is written; pieces that stand beside each other are one value together.</summary>
internal abstract record HoconPart
{
    private HoconPart()
    {
    }

    /// <summary>Text, quoted or not.</summary>
    public sealed record Text(string Value) : HoconPart;

    /// <summary>White space between two pieces: part of a text, nothing between sections or lists.</summary>
    public sealed record Space(string Value) : HoconPart;

    /// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
    /// <param name="Path">What it refers to.</param>
    /// <param name="Within">Where its file was included; looked below first.</param>
    /// <param name="IsOptional">Nothing when there is no such value.</param>
    /// <param name="Place">File and line.</param>
    public sealed record Reference(IReadOnlyList<string> Path, IReadOnlyList<string> Within, bool IsOptional, string Place) : HoconPart
    {
        public override string ToString() => $"${{{(IsOptional ? "?" : "")}{string.Join('.', Path)}}}";
    }

    /// <summary><c>{ … }</c>.</summary>
    public sealed record Section(HoconFields Fields) : HoconPart;

    /// <summary><c>[ … ]</c>.</summary>
    public sealed record List(IReadOnlyList<HoconWritten> Items) : HoconPart;
}
