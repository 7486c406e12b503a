@{
    RootModule        = 'EmptyModule.dll'
    ModuleVersion     = '1.0.0'
    GUID              = '5d0c7f0e-7c55-4a0b-9a40-3d7e9f2b6c18'
    CmdletsToExport   = @('Invoke-Empty')
    FunctionsToExport = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
