metadata name = 'Gallery Publisher'
metadata description = 'Everything that the app needs, and its rights to galleries, in one deployment of a subscription.'

targetScope = 'subscription'

import {
  accountPlace
  distinctGroups
  encryptionRegion
  existingRoleIds
  galleryPlace
  grantee
  groupPlace
  productSettings
  setEncryptionType
} from 'modules/types.bicep'

@description('Required. Name of the environment, from which the resources\' names are made.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Required. Region of everything but the disk encryption sets.')
param location string

@description('Optional. Resource group of everything.')
param resourceGroupName string = 'rg-${environmentName}'

@description('Optional. Tags of all resources.')
param tags object = {}

@description('Optional. Where requests may publish to. The app\'s rights and its own list of what it accepts are both made from this. Empty: nothing.')
param galleries galleryPlace[] = []

@description('Optional. Resource groups of snapshots, disks and virtual machines that may be sources: Azure demands write on them. Not needed for managed images and gallery versions.')
param sourceGroups groupPlace[] = []

@description('Optional. Storage accounts of VHDs that may be sources: Azure demands the account\'s keys, and write on the account. Whoever has these can read and change all of its data, so give VHDs an account of their own.')
param vhdAccounts accountPlace[] = []

@description('Optional. Subscriptions of sources beside those of the galleries, sourceGroups and vhdAccounts, for example of managed images.')
param sourceSubscriptions string[] = []

@description('Optional. Subscriptions of key vaults whose keys requests may have looked at (preflight.keyVault).')
param keyVaultSubscriptions string[] = []

@description('Optional. Resource groups of Image Builder templates that schedules may run (imageTemplate).')
param imageTemplateGroups groupPlace[] = []

@description('Optional. Resource group for the disks of rollout.verify, made in the subscription of each gallery. Empty: such requests are refused.')
param verificationGroupName string = ''

@description('Optional. Put behind the names of the custom roles, which are unique in a tenant.')
param roleNameSuffix string = '(${environmentName})'

@description('Optional. Role definitions that exist already, instead of new ones.')
param existingRoles existingRoleIds = {}

@description('Optional. Actions of the reader beside those of modules/roles/reader.json. Not with existingRoles.reader, whose actions are its own.')
param additionalReaderActions string[] = []

@description('Optional. Who else may send requests to the queue.')
param requesters grantee[] = []

@description('Optional. Who may write the document of schedules, which lies in the container of all documents: they can write the others, of runs and failures, too.')
param scheduleEditors grantee[] = []

@description('Optional. Settings of the product that differ from their defaults.')
param settings productSettings = {}

@description('Optional. Name of the queue of publish requests.')
param queueName string = 'publish-requests'

@description('Optional. Name of the topic of events.')
param topicName string = 'publication-events'

@description('Optional. Subscriptions of the topic; each gets every event.')
@minLength(1)
param topicSubscriptions string[] = ['all']

@description('Optional. Whether the app owns its queue, so that the plan can scale by the queue\'s length. Without, it scales by one instance at a time.')
param scaleByQueueLength bool = false

@description('Optional. Standard or Premium; private networking always takes Premium.')
param serviceBusSku 'Standard' | 'Premium' = 'Standard'

@description('Optional. Redundancy of the storage account.')
param storageSku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' = 'Standard_ZRS'

@description('Optional. Instances of durable functions that always run; they cost by the hour, and save the start.')
@minValue(0)
param alwaysReadyInstances int = 1

@description('Optional. Most instances of each group of functions.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Optional. Memory of an instance.')
param instanceMemoryMB 512 | 2048 | 4096 = 2048

@description('Optional. Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionInDays int = 30

@description('Optional. Action groups that alerts tell.')
param alertActionGroupIds string[] = []

@description('Optional. Addresses that alerts are mailed to, by an action group that is made for them.')
param alertEmails string[] = []

@description('Optional. Whether alert rules are deployed; by default where somebody is told. Told nobody, they are only shown.')
param alerts bool = !empty(alertActionGroupIds) || !empty(alertEmails)

@description('Optional. Address of docs/runbook of your copy of this repository, as https://…/docs/runbook: each alert carries that of its page. Required with alerts.')
param runbookUrl string = ''

@description('Optional. Whether storage and Service Bus are reached through private endpoints alone.')
param privateNetworking bool = false

@description('Optional. Address range of the network of private networking, at least a /24.')
param addressPrefix string = '10.60.0.0/24'

@description('Optional. Where durable histories are kept: in Azure Storage or in a Durable Task Scheduler. The package has to be built for the same one.')
param durableBackend 'AzureStorage' | 'DurableTaskScheduler' = 'AzureStorage'

@description('Optional. Pay the scheduler per action, or by capacity.')
param schedulerSku 'Consumption' | 'Dedicated' = 'Consumption'

@description('Optional. Addresses that may reach the scheduler. An empty list lets nobody in.')
@minLength(1)
param schedulerIpAllowlist string[] = ['0.0.0.0/0']

@description('Optional. Name of a gallery to try the product with. Empty: none is made.')
param sampleGalleryName string = ''

@description('Optional. Name of the sample gallery\'s image definition.')
param sampleDefinitionName string = 'golden-ubuntu'

@description('Optional. Regions to deploy a disk encryption set in, with a vault and a key unless one is given. One more region is one more entry. The sets lie in the subscription that is deployed to: for galleries there, because a gallery takes only sets of its own subscription.')
param encryptionRegions encryptionRegion[] = []

@description('Optional. How these sets encrypt.')
param encryptionType setEncryptionType = 'EncryptionAtRestWithCustomerKey'

var serviceName = 'publisher'
var token = toLower(uniqueString(subscription().id, environmentName, location))
var allTags = union(tags, { 'azd-env-name': environmentName })
var names = {
  identity: 'id-${token}'
  workspace: 'log-${token}'
  insights: 'appi-${token}'
  storage: 'st${token}'
  serviceBus: 'sb-${token}'
  scheduler: 'dts-${token}'
  network: 'vnet-${token}'
  plan: 'plan-${token}'
  app: 'func-${token}'
}

var ownId = subscription().subscriptionId
var isSampleWanted = !empty(sampleGalleryName)
var galleryPlaces = map(
  concat(galleries, isSampleWanted ? [{ resourceGroup: resourceGroupName, gallery: sampleGalleryName }] : []),
  place => {
    subscriptionId: place.?subscriptionId ?? ownId
    resourceGroup: place.resourceGroup
    gallery: place.?gallery ?? '*'
  }
)
var galleryGroups = distinctGroups(galleryPlaces, ownId)
var sourceGroupsOnce = distinctGroups(sourceGroups, ownId)
var templateGroups = distinctGroups(imageTemplateGroups, ownId)
var gallerySubscriptions = union([], map(galleryGroups, place => place.subscriptionId))
var readSubscriptions = union(
  gallerySubscriptions,
  map(sourceSubscriptions, id => toLower(id)),
  map(sourceGroupsOnce, place => place.subscriptionId),
  map(vhdAccounts, place => toLower(place.?subscriptionId ?? ownId))
)
// A template is run, and nothing beside it is read.
var allowedSubscriptions = union(readSubscriptions, map(templateGroups, place => place.subscriptionId))
// Told before anything is deployed: a set can't be made before its user-assigned identity may use the key.
var checkedRegions = map(
  encryptionRegions,
  region =>
    contains(region, 'keyVaultResourceId') && !contains(region, 'keyUrl')
      ? fail('encryptionRegions: ${region.name} has keyVaultResourceId without keyUrl: name the key, or neither.')
      : contains(region, 'keyUrl') && !contains(region, 'keyVaultResourceId') && region.?identity != 'SystemAssigned'
          ? fail('encryptionRegions: ${region.name} has keyUrl without keyVaultResourceId: name the vault, so that the set\'s identity is granted the key before the set is made; or take identity: \'SystemAssigned\', and have it granted when the set is there.')
          : region
)
var moreReaderActions = contains(existingRoles, 'reader') && !empty(additionalReaderActions)
  ? fail('additionalReaderActions: existingRoles.reader is used as it is; give that role the actions.')
  : additionalReaderActions
// A path would lead nowhere in the mail that an alert sends.
var pagesUrl = !alerts || startsWith(runbookUrl, 'https://')
  ? runbookUrl
  : fail('runbookUrl: alerts need the address of docs/runbook, https://…, not "${runbookUrl}".')
var isSchedulerWanted = durableBackend == 'DurableTaskScheduler'
var storageSuffix = environment().suffixes.storage

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    retentionInDays: logRetentionInDays
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    skuName: storageSku
    isPrivate: privateNetworking
    scheduleEditors: scheduleEditors
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  params: {
    name: names.serviceBus
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    skuName: privateNetworking ? 'Premium' : serviceBusSku
    isPrivate: privateNetworking
    queueName: queueName
    topicName: topicName
    subscriptionNames: topicSubscriptions
    ownsQueue: scaleByQueueLength
    requesters: requesters
  }
}

module alertMails 'modules/action-group.bicep' = if (alerts && !empty(alertEmails)) {
  scope: group
  params: {
    tags: allTags
    emails: alertEmails
  }
}

module alertRules 'modules/alerts.bicep' = if (alerts) {
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceResourceId: monitoring.outputs.workspaceResourceId
    serviceBusResourceId: serviceBus.outputs.resourceId
    queueName: queueName
    actionGroupIds: concat(alertActionGroupIds, alerts && !empty(alertEmails) ? [alertMails!.outputs.resourceId] : [])
    runbookUrl: pagesUrl
  }
}

module scheduler 'modules/durable-task-scheduler.bicep' = if (isSchedulerWanted) {
  scope: group
  params: {
    name: names.scheduler
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    skuName: schedulerSku
    ipAllowlist: schedulerIpAllowlist
  }
}

module network 'modules/networking/network.bicep' = if (privateNetworking) {
  scope: group
  params: {
    name: names.network
    location: location
    tags: allTags
    addressPrefix: addressPrefix
  }
}

module privateAccess 'modules/networking/private-access.bicep' = if (privateNetworking) {
  scope: group
  params: {
    location: location
    tags: allTags
    storageResourceId: storage.outputs.resourceId
    serviceBusResourceId: serviceBus.outputs.resourceId
    networkResourceId: network.?outputs.resourceId ?? ''
    subnetResourceId: network.?outputs.endpointSubnetResourceId ?? ''
  }
}

module roleDefinitions 'modules/role-definitions.bicep' = {
  params: {
    suffix: roleNameSuffix
    subscriptionIds: union([toLower(ownId)], allowedSubscriptions, map(keyVaultSubscriptions, id => toLower(id)))
    existing: existingRoles
    additionalReaderActions: moreReaderActions
    withSources: !empty(sourceGroups)
    withVhdSources: !empty(vhdAccounts)
    withVerifier: !empty(verificationGroupName)
    withKeyReader: !empty(keyVaultSubscriptions)
    withBuilder: !empty(imageTemplateGroups)
  }
}

module readers 'modules/subscription-role.bicep' = [
  for id in readSubscriptions: {
    scope: subscription(id)
    params: {
      principalId: identity.outputs.principalId
      roleDefinitionId: roleDefinitions.outputs.readerId
    }
  }
]

module writers 'modules/group-role.bicep' = [
  for place in galleryGroups: {
    scope: resourceGroup(place.subscriptionId, place.resourceGroup)
    params: {
      principalId: identity.outputs.principalId
      roleDefinitionId: roleDefinitions.outputs.writerId
    }
  }
]

module sources 'modules/group-role.bicep' = [
  for place in sourceGroupsOnce: {
    scope: resourceGroup(place.subscriptionId, place.resourceGroup)
    params: {
      principalId: identity.outputs.principalId
      roleDefinitionId: roleDefinitions.outputs.sourcesId
    }
  }
]

module vhdSources 'modules/account-role.bicep' = [
  for place in vhdAccounts: {
    scope: resourceGroup(place.?subscriptionId ?? ownId, place.resourceGroup)
    params: {
      accountName: place.account
      principalId: identity.outputs.principalId
      roleDefinitionId: roleDefinitions.outputs.vhdSourcesId
    }
  }
]

module keyReaders 'modules/subscription-role.bicep' = [
  for id in keyVaultSubscriptions: {
    scope: subscription(id)
    params: {
      principalId: identity.outputs.principalId
      roleDefinitionId: roleDefinitions.outputs.keyReaderId
    }
  }
]

module builders 'modules/group-role.bicep' = [
  for place in templateGroups: {
    scope: resourceGroup(place.subscriptionId, place.resourceGroup)
    params: {
      principalId: identity.outputs.principalId
      roleDefinitionId: roleDefinitions.outputs.builderId
    }
  }
]

module verificationGroups 'modules/verification-group.bicep' = [
  for id in gallerySubscriptions: if (!empty(verificationGroupName)) {
    scope: subscription(id)
    params: {
      name: empty(verificationGroupName) ? 'none' : verificationGroupName
      location: location
      tags: allTags
      principalId: identity.outputs.principalId
      roleDefinitionId: roleDefinitions.outputs.verifierId
    }
  }
]

module gallery 'modules/gallery.bicep' = if (isSampleWanted) {
  scope: group
  params: {
    name: isSampleWanted ? sampleGalleryName : 'none'
    location: location
    tags: allTags
    definitionName: sampleDefinitionName
  }
}

module encryption 'modules/encryption/region.bicep' = [
  for region in checkedRegions: {
    scope: group
    params: {
      region: region
      setName: 'des-${environmentName}-${region.name}'
      vaultName: 'kv-${uniqueString(subscription().id, environmentName, region.name)}'
      tags: allTags
      encryptionType: encryptionType
    }
  }
]

module app 'modules/function-app.bicep' = {
  scope: group
  dependsOn: [privateAccess]
  params: {
    planName: names.plan
    name: names.app
    location: location
    tags: allTags
    serviceName: serviceName
    identityResourceId: identity.outputs.resourceId
    packageContainerUrl: storage.outputs.packageContainerUrl
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    subnetResourceId: network.?outputs.appSubnetResourceId ?? ''
    appSettings: {
      // Of the host: all three of each connection, or nothing wakes the app.
      AzureWebJobsStorage__accountName: storage.outputs.name
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.outputs.clientId
      ServiceBusConnection__fullyQualifiedNamespace: serviceBus.outputs.fullyQualifiedNamespace
      ServiceBusConnection__credential: 'managedidentity'
      ServiceBusConnection__clientId: identity.outputs.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
      // What the exporter counts of itself stays here.
      APPLICATION_INSIGHTS_NO_STATSBEAT: 'true'
      AZURE_CLIENT_ID: identity.outputs.clientId
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
      ...(isSchedulerWanted
        ? {
            DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler.?outputs.endpoint ?? ''};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
          }
        : {})
      // Of the product.
      STORAGE_BLOB_ENDPOINT: 'https://${names.storage}.blob.${storageSuffix}'
      STORAGE_TABLE_ENDPOINT: 'https://${names.storage}.table.${storageSuffix}'
      PUBLISH_REQUESTS_QUEUE: queueName
      PUBLICATION_EVENTS_TOPIC: topicName
      ALLOWED_SUBSCRIPTIONS: join(allowedSubscriptions, ',')
      ALLOWED_GALLERIES: join(
        map(
          galleryPlaces,
          place =>
            '/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers/Microsoft.Compute/galleries/${place.gallery}'
        ),
        ','
      )
      ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS: join(gallerySubscriptions, ',')
      ...(empty(verificationGroupName) ? {} : { VERIFICATION_RESOURCE_GROUP: verificationGroupName })
      ...(empty(encryptionRegions)
        ? {}
        : { DISK_ENCRYPTION_SET_NAME_TEMPLATE: '${resourceGroupName}/des-${environmentName}-{region}' })
      ...settings
    }
  }
}

@description('Resource group of the app.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the app.')
output PUBLISHER_APP_NAME string = app.outputs.name

@description('URL of the HTTP API.')
output PUBLISHER_URL string = app.outputs.url

@description('Object id of the app\'s identity.')
output PUBLISHER_PRINCIPAL_ID string = identity.outputs.principalId

@description('Host name of the Service Bus namespace that requests are sent to.')
output PUBLISHER_SERVICE_BUS string = serviceBus.outputs.fullyQualifiedNamespace

@description('Queue of publish requests.')
output PUBLISH_REQUESTS_QUEUE string = queueName

@description('Topic of events.')
output PUBLICATION_EVENTS_TOPIC string = topicName

@description('Storage account with the document of schedules, in the container gallery-publisher.')
output PUBLISHER_STORAGE_ACCOUNT string = storage.outputs.name

@description('Resource id of the workspace with the logs, which alert rules are scoped to.')
output PUBLISHER_WORKSPACE_ID string = monitoring.outputs.workspaceResourceId

@description('Resource id of the sample image definition; empty without one.')
output PUBLISHER_SAMPLE_DEFINITION_ID string = gallery.?outputs.definitionResourceId ?? ''

@description('Resource ids of the disk encryption sets that were deployed.')
output PUBLISHER_ENCRYPTION_SET_IDS array = [
  for (_, index) in encryptionRegions: encryption[index].outputs.setResourceId
]
