namespace AzTokenRs.Emulation;

/// <summary>What a person does who was asked to sign in.</summary>
internal static class SignInDecision
{
    internal const string Approve = nameof(Approve);
    internal const string Decline = nameof(Decline);
    internal const string Cancel = nameof(Cancel);
    internal const string Expire = nameof(Expire);
}
