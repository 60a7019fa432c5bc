metadata description = 'Lets an identity get, wrap and unwrap with the keys of a vault.'

import { builtInRoles } from '../roles/built-in.bicep'

@description('Required. Name of the vault.')
param vaultName string

@description('Required. Object id of the identity.')
param principalId string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, builtInRoles['Key Vault Crypto Service Encryption User'])
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles['Key Vault Crypto Service Encryption User']
    )
  }
}
