metadata description = 'A resource group for the disks of verifications and nothing else, with the app\'s role in it.'

targetScope = 'subscription'

@description('Required. Name of the resource group.')
param name string

@description('Required. Region of the resource group; its disks lie in the regions that are verified.')
param location string

@description('Required. Tags of the resource group.')
param tags object

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Resource id of the role definition.')
param roleDefinitionId string

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: name
  location: location
  tags: tags
}

module role 'group-role.bicep' = {
  scope: group
  params: {
    principalId: principalId
    roleDefinitionId: roleDefinitionId
  }
}
