using AzTokenRs.BrowserTests.Support;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.BrowserTests;

/// <summary>The device code grant, with the page where the code is entered in a real browser.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class DeviceCodeTests(Emulator emulator, Chromium chromium) : ChromiumTests(emulator, chromium)
{
    [Theory]
    [InlineData("Approve", SignedIn)]
    [InlineData("Decline", "Declined")]
    public async Task A_code_is_entered_and_decided_on(string button, string heading)
    {
        await using var person = await PersonAsync();
        using var run = Session.Start($"Get-AzToken -DeviceCode {Place}");
        var code = await run.UserCodeAsync(Emulator);
        await person.OpenAsync($"{Emulator.Url}/devicelogin");
        await person.Page.GetByLabel("Code shown by your app or device").FillAsync(code.ToLowerInvariant());
        await person.ClickAsync("Next");
        await person.SignInAsync();
        await person.ClickAsync(button);
        await person.SeesAsync(heading);
        await run.EndAsync();

        Assert.Equal(button == "Approve" ? 1 : 0, run.OutputCount);
        AssertCalm(person);
    }
}
