using Akka.Actor;

namespace DLedger.Remoting;

/// <summary>
/// What came in was not a message of ours. Stands in for it, so that damaged or hostile input never raises an exception that takes an association
/// down; receivers drop it and count it.
/// </summary>
internal sealed record Undecodable(string Manifest, string Reason) : INoSerializationVerificationNeeded
{
    /// <summary>A name on the wire that no message here has.</summary>
    public const string UnknownName = "its name is not known to this version of DLedger; is its sender of another one?";
}
