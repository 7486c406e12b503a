using System;
using System.Collections;
using System.Management.Automation;
using System.Security;
using AzTokenRs.Errors;

namespace AzTokenRs.Parameters;

/// <summary>Form fields have a name and a text; anything else would be sent as the name of its .NET type.</summary>
internal sealed class ValidateExtraParameterAttribute : ValidateArgumentsAttribute
{
    /// <summary>Whether the fields go into a URL, where no secret belongs.</summary>
    public bool InUrl { get; set; }

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        foreach (DictionaryEntry entry in (IDictionary)arguments)
        {
            if (entry.Key is not string { Length: > 0 } name)
            {
                throw new ValidationMetadataException(Messages.Text(MessageId.ExtraParameterNameInvalid));
            }

            var value = entry.Value is PSObject wrapper ? wrapper.BaseObject : entry.Value;
            if (InUrl && value is SecureString)
            {
                throw new ValidationMetadataException(Messages.Text(MessageId.ExtraParameterSecretInUrl, name));
            }

            if (value is not (string or SecureString or bool or IFormattable))
            {
                throw new ValidationMetadataException(Messages.Text(MessageId.ExtraParameterValueInvalid, name));
            }
        }
    }
}
