metadata description = 'Publish requests come by a queue; what becomes of them goes out by a topic. No local authentication.'

import { builtInRoles } from 'roles/built-in.bicep'
import { grantee } from 'types.bicep'

@description('Required. Name of the namespace.')
param name string

@description('Required. Region of the namespace.')
param location string

@description('Required. Tags of the resource.')
param tags object

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Standard has topics; private endpoints need Premium.')
param skuName 'Standard' | 'Premium'

@description('Required. Whether the namespace is reached through a private endpoint alone.')
param isPrivate bool

@description('Required. Name of the queue of publish requests.')
param queueName string

@description('Required. Name of the topic of events.')
param topicName string

@description('Required. Names of the topic\'s subscriptions; each gets every event.')
@minLength(1)
param subscriptionNames string[]

@description('Required. Whether the app owns its queue, which scaling by its length needs, instead of receiving and sending alone.')
param ownsQueue bool

@description('Required. Who else may send requests to the queue.')
param requesters grantee[]

var queueRoles = ownsQueue
  ? ['Azure Service Bus Data Owner']
  : ['Azure Service Bus Data Receiver', 'Azure Service Bus Data Sender']

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: skuName, tier: skuName }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

// samples/service-bus.yaml has the same settings for the local Service Bus.
resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: namespace
  name: queueName
  properties: {
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
    defaultMessageTimeToLive: 'P14D'
    deadLetteringOnMessageExpiration: true
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
  }
}

resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: topicName
  properties: {
    defaultMessageTimeToLive: 'P14D'
  }
}

resource subscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [
  for subscriptionName in subscriptionNames: {
    parent: topic
    name: subscriptionName
    properties: {
      lockDuration: 'PT1M'
      maxDeliveryCount: 10
      deadLetteringOnMessageExpiration: true
      deadLetteringOnFilterEvaluationExceptions: true
    }
  }
]

resource queueAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in queueRoles: {
    name: guid(queue.id, principalId, builtInRoles[role])
    scope: queue
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles[role])
    }
  }
]

resource topicAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(topic.id, principalId, builtInRoles['Azure Service Bus Data Sender'])
  scope: topic
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles['Azure Service Bus Data Sender']
    )
  }
}

resource requesterAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for requester in requesters: {
    name: guid(queue.id, requester.principalId, builtInRoles['Azure Service Bus Data Sender'])
    scope: queue
    properties: {
      principalId: requester.principalId
      principalType: requester.principalType
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        builtInRoles['Azure Service Bus Data Sender']
      )
    }
  }
]

@description('Resource id of the namespace.')
output resourceId string = namespace.id

@description('Name of the namespace.')
output name string = namespace.name

@description('Host name of the namespace.')
output fullyQualifiedNamespace string = replace(
  replace(namespace.properties.serviceBusEndpoint, 'https://', ''),
  ':443/',
  ''
)
