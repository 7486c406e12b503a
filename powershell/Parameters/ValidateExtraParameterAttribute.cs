using System;
using System.Collections;
using System.Management.Automation;
using System.Security;

namespace AzTokenRs.Parameters;

/// <summary>Form fields have a name and a text; anything else would be sent as the name of its .NET type.</summary>
internal sealed class ValidateExtraParameterAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        foreach (DictionaryEntry entry in (IDictionary)arguments)
        {
            if (entry.Key is not string { Length: > 0 } name)
            {
                throw new ValidationMetadataException("Each key must be the name of a form field, a string.");
            }

            var value = entry.Value is PSObject wrapper ? wrapper.BaseObject : entry.Value;
            if (value is not (string or SecureString or bool or IFormattable))
            {
                throw new ValidationMetadataException(
                    $"The value of '{name}' must be a string, a number, a boolean or a SecureString.");
            }
        }
    }
}
