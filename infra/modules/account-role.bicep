metadata description = 'A role of the app on one storage account.'

@description('Required. Name of the account, which exists already.')
param accountName string

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Resource id of the role definition.')
param roleDefinitionId string

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: accountName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, roleDefinitionId)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: roleDefinitionId
  }
}
