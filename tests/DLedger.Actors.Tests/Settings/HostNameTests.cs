using Akka.Actor;
using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.Settings;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("n0-[::1]:20921", "[::1]:20921")]
    [InlineData("n0-[0:0:0:0:0:0:0:1]:20921", "[::1]:20921")]
    [InlineData("n0-[2001:DB8::00A1]:20921", "[2001:db8::a1]:20921")]
    [InlineData("n0-[::FFFF:127.0.0.1]:20921", "[::ffff:127.0.0.1]:20921")]
    [InlineData("n0-[64:ff9b::192.0.2.1]:20921", "[64:ff9b::c000:201]:20921")]
    [InlineData("n0-LocalHost:20921", "localhost:20921")]
    [InlineData("n0-127.0.0.1:20921", "127.0.0.1:20921")]
    public void A_member_has_one_spelling_and_Akka_the_same(string text, string address)
    {
        var member = Member.Parse(text, out var problem)!;
        Assert.Equal("", problem);
        Assert.Equal(address, member.Address);
        Assert.Equal(member, Member.Parse(member.ToString(), out _));
        Assert.Equal(member, member with { Host = $"{member.Host}" });

        // What others send is delivered only if it is addressed to the very text that a system knows itself by.
        var path = ActorPath.Parse(DLedgerSystem.PathOf(member.Address, "g"));
        Assert.Equal($"akka.tcp://dledger@{address}", path.Address.ToString());
        Assert.Equal(new Address("akka.tcp", "dledger", HostName.InAddress(member.Host), member.Port), path.Address);
    }

    [Theory]
    [InlineData("::1", "[::1]", true)]
    [InlineData("[::1]", "0:0::1", true)]
    [InlineData("LOCALHOST", "localhost", true)]
    [InlineData("localhost", "127.0.0.1", false)]
    [InlineData(null, "::1", false)]
    public void Hosts_are_compared_in_one_place_with_or_without_brackets(string? left, string? right, bool same) =>
        Assert.Equal(same, HostName.AreSame(left, right));

    [Fact]
    public void The_same_IPv6_address_in_two_spellings_is_used_twice()
    {
        var wrong = Assert.Throws<SettingsException>(() => DLedgerSettings.ParsePeers("n0-[::1]:20921;n1-[0:0:0:0:0:0:0:1]:20921"));
        Assert.Contains("[::1]:20921", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_one_machines_interface_is_refused() =>
        Assert.Contains(
            "interface", Assert.Throws<SettingsException>(() => DLedgerSettings.ParsePeers("n0-[fe80::1%eth0]:20921")).Message,
            StringComparison.Ordinal);
}
