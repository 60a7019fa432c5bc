// Breaks the rules that are named in rule-levels.ts, each once: lint has to tell every one of them as an error.
@secure()
param secret string = 'a'
param unused string
param fixedLocation string = 'westeurope'
param tags object = {}
type unusedType = string
var notUsed = 1
var joined = concat('a', fixedLocation)
var plain = '${joined}'
var endpoint = 'https://management.azure.com'

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: 'st${newGuidOf}'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  tags: { 'plain': contains(tags, 'a') ? tags.a : plain }
  properties: { noSuchProperty: true, allowSharedKeyAccess: 'no' }
}

param newGuidOf string = newGuid()

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' = {
  name: '${account.name}/default'
  dependsOn: [account]
  properties: { isVersioningEnabled: json('null') }
}

resource old 'Microsoft.Storage/storageAccounts@1999-01-01' = {
  name: 'old'
}

output key string = account.listKeys().keys[0].value
output where string = endpoint
output fixed string = 'fixed'
