# How results are shown that a list of properties can't show. Reading a format file takes most of an import's time and 3 MB, so
# AzTokenRs imports this when the first such result comes (Models/Views.cs).
@{
    ModuleVersion      = '0.1.0'
    GUID               = '0f6c2f0e-5b0a-4c0f-9a5e-6d1b7c8e2a34'
    Author             = 'The AzTokenRs authors'
    Description        = 'Views of AzTokenRs'
    PowerShellVersion  = '5.1'
    FormatsToProcess   = @('AzTokenRs.Format.ps1xml')
    CmdletsToExport    = @()
    FunctionsToExport  = @()
    AliasesToExport    = @()
    VariablesToExport  = @()
}
