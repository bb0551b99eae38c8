using Xunit;

namespace DLedger.Core.Tests.Storage;

/// <summary>What an operator reads when a store does not open: one line that says where, and what to do.</summary>
public sealed class StoreExceptionTests
{
    [Fact]
    public void Damage_names_the_file_and_the_place()
    {
        var damage = new StoreDamagedException("log.3", 4_096, "the checksum of batch (7, term 2) is wrong");
        Assert.Equal(("log.3", 4_096L), (damage.File, damage.Offset));
        Assert.StartsWith(
            "log.3 is damaged at offset 4096: the checksum of batch (7, term 2) is wrong. Nothing was changed.", damage.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain('\n', damage.Message);
    }
}
