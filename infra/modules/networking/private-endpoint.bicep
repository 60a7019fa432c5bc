metadata description = 'A private endpoint with its zone, linked to the network.'

@description('Required. Name of the endpoint.')
param name string

@description('Required. Region of the endpoint.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Resource id of what the endpoint leads to.')
param targetResourceId string

@description('Required. Which part of it: blob, queue, table or namespace.')
param groupId 'blob' | 'queue' | 'table' | 'namespace'

@description('Required. Name of the private zone.')
param zoneName string

@description('Required. Resource id of the network that the zone is linked to.')
param networkResourceId string

@description('Required. Resource id of the subnet of the endpoint.')
param subnetResourceId string

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetResourceId }
    privateLinkServiceConnections: [
      { name: groupId, properties: { privateLinkServiceId: targetResourceId, groupIds: [groupId] } }
    ]
  }

  resource zones 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: groupId, properties: { privateDnsZoneId: zone.id } }]
    }
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: uniqueString(networkResourceId)
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkResourceId }
    }
  }
}
