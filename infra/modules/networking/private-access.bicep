metadata description = 'Private endpoints of the storage account and of the Service Bus namespace.'

@description('Required. Region of the endpoints.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Resource id of the storage account.')
param storageResourceId string

@description('Required. Resource id of the Service Bus namespace.')
param serviceBusResourceId string

@description('Required. Resource id of the network.')
param networkResourceId string

@description('Required. Resource id of the subnet of the endpoints.')
param subnetResourceId string

var storageParts = ['blob', 'queue', 'table']

module ofStorage 'private-endpoint.bicep' = [
  for part in storageParts: {
    params: {
      name: 'pep-st-${part}'
      location: location
      tags: tags
      targetResourceId: storageResourceId
      groupId: part
      zoneName: 'privatelink.${part}.${environment().suffixes.storage}'
      networkResourceId: networkResourceId
      subnetResourceId: subnetResourceId
    }
  }
]

module ofServiceBus 'private-endpoint.bicep' = {
  params: {
    name: 'pep-sb'
    location: location
    tags: tags
    targetResourceId: serviceBusResourceId
    groupId: 'namespace'
    zoneName: 'privatelink.servicebus.windows.net'
    networkResourceId: networkResourceId
    subnetResourceId: subnetResourceId
  }
}
