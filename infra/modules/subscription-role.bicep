metadata description = 'A role of the app in a subscription.'

targetScope = 'subscription'

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Resource id of the role definition.')
param roleDefinitionId string

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, roleDefinitionId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: roleDefinitionId
  }
}
