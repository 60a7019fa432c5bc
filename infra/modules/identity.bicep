metadata description = 'The identity that the app does everything with.'

@description('Required. Name of the identity.')
param name string

@description('Required. Region of the identity.')
param location string

@description('Required. Tags of the resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output resourceId string = identity.id

@description('Object id that roles are assigned to.')
output principalId string = identity.properties.principalId

@description('Client id that the app names when it asks for tokens.')
output clientId string = identity.properties.clientId
