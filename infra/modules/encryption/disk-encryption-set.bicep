metadata description = 'A disk encryption set, with an identity of its own or one that it is given.'

import { setEncryptionType } from '../types.bicep'

@description('Required. Name of the set.')
param name string

@description('Required. Region of the set.')
param location string

@description('Required. Tags of the resource.')
param tags object

@description('Required. With your key, or with yours and the platform\'s.')
param encryptionType setEncryptionType

@description('Required. URL of the key with its version.')
param keyUrl string

@description('Required. Resource id of the key\'s vault; empty when it isn\'t known, or lies in another subscription.')
param vaultResourceId string

@description('Required. Whether the set goes over to new versions of the key by itself.')
param followsNewestVersion bool

@description('Required. Resource id of a user-assigned identity; empty for one of the set\'s own.')
param identityResourceId string

var isOwnIdentity = empty(identityResourceId)
// Azure wants no vault of another subscription beside the key's URL.
var isNear = startsWith(toLower(vaultResourceId), toLower('${subscription().id}/'))

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2025-01-02' = {
  name: name
  location: location
  tags: tags
  identity: isOwnIdentity
    ? { type: 'SystemAssigned' }
    : { type: 'UserAssigned', userAssignedIdentities: { '${identityResourceId}': {} } }
  properties: {
    encryptionType: encryptionType
    rotationToLatestKeyVersionEnabled: followsNewestVersion
    activeKey: {
      keyUrl: keyUrl
      sourceVault: isNear ? { id: vaultResourceId } : null
    }
  }
}

@description('Resource id of the set.')
output resourceId string = encryptionSet.id

@description('Object id of the set\'s own identity; empty when it was given one.')
output principalId string = isOwnIdentity ? encryptionSet.identity.principalId : ''
