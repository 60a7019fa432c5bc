metadata description = 'A network for the app and for the private endpoints of what it uses.'

@description('Required. Name of the virtual network.')
param name string

@description('Required. Region of the network.')
param location string

@description('Required. Tags of the resource.')
param tags object

@description('Required. Address range of the network, at least a /24.')
param addressPrefix string

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 25, 0)
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 26, 2) }
      }
    ]
  }

  resource app 'subnets' existing = { name: 'app' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

@description('Resource id of the network.')
output resourceId string = network.id

@description('Resource id of the subnet that the app reaches out from.')
output appSubnetResourceId string = network::app.id

@description('Resource id of the subnet of private endpoints.')
output endpointSubnetResourceId string = network::endpoints.id
