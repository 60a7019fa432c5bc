metadata description = 'Encryption of one region: a vault with a key unless one is given, and the disk encryption set that uses it. A set\'s vault lies in its region.'

import { encryptionRegion, setEncryptionType } from '../types.bicep'

@description('Required. The region, and the key that exists there already.')
param region encryptionRegion

@description('Required. Name of the disk encryption set.')
param setName string

@description('Required. Name of the vault that is made when no key is given.')
param vaultName string

@description('Required. Tags of the resources.')
param tags object

@description('Required. With your key, or with yours and the platform\'s.')
param encryptionType setEncryptionType

var isGenerated = !contains(region, 'keyUrl')
var isUserAssigned = (region.?identity ?? 'UserAssigned') == 'UserAssigned'

module generated 'generated-key.bicep' = if (isGenerated) {
  params: {
    vaultName: vaultName
    location: region.name
    tags: tags
  }
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (isUserAssigned) {
  name: 'id-${setName}'
  location: region.name
  tags: tags
}

var keyUrl = region.?keyUrl ?? generated.?outputs.keyUrl ?? ''
// Known at the start, because the grants' scope depends on it.
var vaultId = isGenerated ? resourceId('Microsoft.KeyVault/vaults', vaultName) : region.?keyVaultResourceId ?? ''

// A user-assigned identity is granted the key before its set is made, a system-assigned one after.
module grantBefore 'vault-grant.bicep' = if (isUserAssigned && !empty(vaultId)) {
  scope: resourceGroup(split(vaultId, '/')[?2] ?? '', split(vaultId, '/')[?4] ?? '')
  dependsOn: [generated]
  params: {
    vaultName: last(split(vaultId, '/'))
    principalId: identity.?properties.principalId ?? ''
  }
}

module encryptionSet 'disk-encryption-set.bicep' = {
  dependsOn: [grantBefore]
  params: {
    name: setName
    location: region.name
    tags: tags
    encryptionType: encryptionType
    keyUrl: keyUrl
    vaultResourceId: vaultId
    followsNewestVersion: isGenerated
    identityResourceId: isUserAssigned ? identity.id : ''
  }
}

module grantAfter 'vault-grant.bicep' = if (!isUserAssigned && !empty(vaultId)) {
  scope: resourceGroup(split(vaultId, '/')[?2] ?? '', split(vaultId, '/')[?4] ?? '')
  params: {
    vaultName: last(split(vaultId, '/'))
    principalId: encryptionSet.outputs.principalId
  }
}

@description('Resource id of the disk encryption set.')
output setResourceId string = encryptionSet.outputs.resourceId
