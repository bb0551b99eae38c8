using Akka.Configuration;
using DLedger.Core;
using DLedger.Node;
using Xunit;

namespace DLedger.Actors.Tests.Node;

/// <summary>Who is known, and where.</summary>
public sealed class KnownMembersTests
{
    private static readonly DLedgerSettings Settings = DLedgerSettings.FromConfig(ConfigurationFactory.ParseString(
        "dledger { \n id = n1 \n peers = \"n0-a.example:7000;n1-b.example:7001;n2-[::1]:7002/9000\" \n }"));

    private readonly KnownMembers _members = new(Settings);

    [Fact]
    public void At_first_they_are_those_of_the_settings_each_with_its_address()
    {
        Assert.Equal(Membership.Of(["n0", "n1", "n2"]), _members.Set);
        Assert.Equal(["n0", "n2"], _members.Others.Select(member => member.Id));
        Assert.Equal(["a.example:7000", "b.example:7001", "[::1]:7002/9000"], _members.Set.Members.Select(_members.Set.AddressOf));
    }

    [Fact]
    public void Who_comes_with_a_set_is_known_and_who_is_not_in_it_is_no_member()
    {
        Assert.True(_members.Contains("n0"));
        Assert.False(_members.Contains("n3"));
        _members.MembersAre(SetWith("n3", "c.example:7003"));
        Assert.False(_members.Contains("n0"));
        Assert.True(_members.Contains("n3"));
        Assert.Equal(["n2", "n3"], _members.Others.Select(member => member.Id));
    }

    [Fact]
    public void Safety_47_a_member_is_where_the_settings_say_else_where_the_set_does()
    {
        _members.MembersAre(SetWith("n3", "c.example:7003/8000"));
        Assert.Equal("c.example:7003", _members.AddressOf("n3"));
        Assert.Equal("[::1]:7002", _members.AddressOf("n2"));
        Assert.Null(_members.AddressOf("n0"));
        Assert.Null(_members.AddressOf(null));
        Assert.Equal(new Member("n3", "c.example", 7003, 8000), MemberAddresses.Find("n3", _members.Set, Settings));
    }

    [Fact]
    public void A_member_of_which_neither_says_where_it_is_is_nowhere()
    {
        _members.MembersAre(Membership.Of(["n1", "n3"]));
        Assert.Null(_members.AddressOf("n3"));
    }

    /// <summary>n1, n2 and this one; n2 is elsewhere than the settings say.</summary>
    private static Membership SetWith(string id, string address)
    {
        MemberLife[] lives = [.. new[] { "n1", "n2", id }.Select(member => new MemberLife(member, Guid.Empty))];
        return new Membership(lives, addresses: [new(lives[1], "elsewhere.example:1"), new(lives[2], address)]);
    }
}
