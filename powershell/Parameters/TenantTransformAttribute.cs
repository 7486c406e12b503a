using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;
using AzTokenRs.Errors;

namespace AzTokenRs.Parameters;

/// <summary>
/// Takes an AzToken, or the URL that a code came from, as its tenant. It refuses nothing while PowerShell binds: in the error
/// of a failed binding, PowerShell shows the object from the pipeline by its ToString(), which may be a token. The cmdlet asks
/// <see cref="Refusal"/>.
/// </summary>
internal sealed class TenantTransformAttribute : ArgumentTransformationAttribute
{
    // No tenant has such a name.
    private const string Unknown = "<unknown>";
    private const string Secret = "<secret>";
    private const string Unsupported = "<unsupported>";

    private static readonly string[] s_ownProperties = ["Tenant", "TenantId", "ClientId"];

    /// <summary>Properties that other parameters of the cmdlet bind: an object with one of them isn't taken as a whole.</summary>
    public string[] OtherProperties { get; set; } = [];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        if ((value as AzToken ?? DeserializedToken.Restore(inputData)) is { } token)
        {
            return token.TenantId ?? Unknown;
        }

        return value switch
        {
            AzAuthorizationUri uri => uri.Tenant,
            null or Guid => inputData,
            _ when IsSecret(inputData) => Secret,
            string => inputData,
            IEnumerable and not IDictionary => Joined(inputData),
            _ when IsBoundElsewhere(inputData!) => throw NotHere(),
            _ => Unsupported,
        };
    }

    /// <summary>Whether a token was given whose tenant is unknown.</summary>
    internal static bool IsUnknown(string? tenant) => tenant is Unknown;

    /// <summary>What is wrong with the value that was bound; null if it is a tenant or none.</summary>
    internal static AzTokenException? Refusal(string? tenant, bool isGiven)
    {
        MessageId? id = tenant switch
        {
            Unknown => MessageId.TenantUnknown,
            Secret => MessageId.TenantIsSecret,
            Unsupported => MessageId.InputObjectUnsupported,
            _ when isGiven && string.IsNullOrWhiteSpace(tenant) => MessageId.TenantInvalid,
            _ => null,
        };
        return id is null ? null : AzTokenException.InCall(id.Value, "Tenant");
    }

    private static bool IsSecret(object? input)
    {
        var value = input is PSObject wrapper ? wrapper.BaseObject : input;
        return NoTokenTransformAttribute.Refusal(input) is not null
            || (value is IEnumerable elements and not (string or IDictionary)
                && elements.Cast<object?>().Any(element => NoTokenTransformAttribute.Refusal(element) is not null));
    }

    // As PowerShell converts an array to a string, but never with an error that shows it.
    private static string Joined(object? input) => LanguagePrimitives.TryConvertTo(input, out string text) ? text : Unsupported;

    private bool IsBoundElsewhere(object input)
    {
        var properties = PSObject.AsPSObject(input).Properties;
        return s_ownProperties.Concat(OtherProperties).Any(name => properties[name] is not null);
    }

    // The inner exception tells PowerShell that the object doesn't fit here, and may fit elsewhere.
    private static ArgumentTransformationMetadataException NotHere()
    {
        var message = Messages.Text(MessageId.TenantInvalid);
        return new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message));
    }
}
