metadata description = 'The app on the Flex Consumption plan; one app per plan.'

@description('Required. Name of the plan.')
param planName string

@description('Required. Name of the app.')
param name string

@description('Required. Region of both.')
param location string

@description('Required. Tags of the plan; the app\'s have the service\'s name besides.')
param tags object

@description('Required. Name of the service in azure.yaml, by which azd finds the app.')
param serviceName string

@description('Required. Resource id of the app\'s identity.')
param identityResourceId string

@description('Required. URL of the container that the package is deployed to.')
param packageContainerUrl string

@description('Required. All application settings. What was added by hand is gone with the next deployment.')
param appSettings object

@description('Required. Instances of the group of durable functions that always run.')
@minValue(0)
param alwaysReadyInstances int

@description('Required. Most instances of each group of functions.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int

@description('Required. Memory of an instance.')
param instanceMemoryMB 512 | 2048 | 4096

@description('Required. Resource id of the subnet that the app reaches out from; empty without private networking.')
param subnetResourceId string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityResourceId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetResourceId) ? null : subnetResourceId
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityResourceId
          }
        }
      }
      runtime: { name: 'node', version: trim(loadTextContent('../../.node-version-deployed')) }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'durable', instanceCount: alwaysReadyInstances }]
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: appSettings
  }
}

@description('Name of the app.')
output name string = app.name

@description('URL of the HTTP API.')
output url string = 'https://${app.properties.defaultHostName}'
