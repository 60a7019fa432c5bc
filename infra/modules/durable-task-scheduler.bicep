metadata description = 'Durable histories in a Durable Task Scheduler instead of Azure Storage.'

import { builtInRoles } from 'roles/built-in.bicep'

@description('Required. Name of the scheduler.')
param name string

@description('Required. Region of the scheduler.')
param location string

@description('Required. Tags of the resource.')
param tags object

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Pay per action, or by capacity.')
param skuName 'Consumption' | 'Dedicated'

@description('Required. Addresses that may reach the scheduler. An empty list lets nobody in.')
@minLength(1)
param ipAllowlist string[]

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: { name: skuName, ...(skuName == 'Dedicated' ? { capacity: 1 } : {}) }
    ipAllowlist: ipAllowlist
  }
}

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  name: loadJsonContent('../../host.json', 'extensions.durableTask.hubName')
}

resource contributor 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler.id, principalId, builtInRoles['Durable Task Data Contributor'])
  scope: scheduler
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles['Durable Task Data Contributor']
    )
  }
}

@description('Endpoint of the scheduler.')
output endpoint string = scheduler.properties.endpoint

@description('Name of the task hub, as in host.json.')
output taskHubName string = taskHub.name
