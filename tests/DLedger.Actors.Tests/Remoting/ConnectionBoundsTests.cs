using Akka.Configuration;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class ConnectionBoundsTests
{
    private static readonly Config Control = RemotingConfig.Reference.GetConfig(ControlTransport.ConfigPath);
    private static readonly Config Bulk = RemotingConfig.Reference.GetConfig(BulkTransport.ConfigPath);

    [Theory]
    [InlineData(null, 512, 128)]
    [InlineData(20_000L, 512, 128)]
    [InlineData(1024L, 384, 48)]
    [InlineData(300L, 22, 4)]
    [InlineData(64L, 16, 4)]
    public void Where_few_files_may_be_open_there_are_few_connections(long? descriptors, int connections, int halfOpen)
    {
        var bounds = ConnectionBounds.Of(Control, descriptors);
        Assert.Equal(connections, bounds.ConnectionsMax);
        Assert.Equal(halfOpen, bounds.HalfOpenMax);
        Assert.InRange(bounds.MembersReserve, 1, connections / 2);
    }

    [Theory]
    [InlineData(320)]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(65_536)]
    public void Strangers_on_both_ports_leave_the_store_what_it_needs(long descriptors)
    {
        var control = ConnectionBounds.Of(Control, descriptors);
        var bulk = ConnectionBounds.Of(Bulk, descriptors);
        Assert.InRange(control.ConnectionsMax + control.HalfOpenMax + bulk.ConnectionsMax + bulk.HalfOpenMax, 1, descriptors - 250);
    }

    [Fact]
    public void The_limit_of_this_process_is_known_on_Linux() => Assert.Equal(OperatingSystem.IsLinux(), Descriptors.Max is > 0);
}
