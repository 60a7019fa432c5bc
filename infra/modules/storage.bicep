metadata description = 'Storage of the host, of durable histories, of records and documents, and of the deployed package. No shared keys.'

import { builtInRoles } from 'roles/built-in.bicep'
import { grantee } from 'types.bicep'

@description('Required. Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. Region of the account.')
param location string

@description('Required. Tags of the resource.')
param tags object

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Redundancy of the account.')
param skuName 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@description('Required. Whether the account is reached through private endpoints alone.')
param isPrivate bool

@description('Required. Who may write the document of schedules.')
param scheduleEditors grantee[]

var packageContainer = 'app-package'

var roles = [
  'Storage Blob Data Owner'
  'Storage Queue Data Contributor'
  'Storage Table Data Contributor'
]

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    supportsHttpsTrafficOnly: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 14 }
    containerDeleteRetentionPolicy: { enabled: true, days: 14 }
  }
}

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = {
  parent: blobs
  name: packageContainer
  properties: { publicAccess: 'None' }
}

// The app would make it, too; but people are granted it before the app has run.
resource documents 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = {
  parent: blobs
  name: 'gallery-publisher'
  properties: { publicAccess: 'None' }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles: {
    name: guid(account.id, principalId, builtInRoles[role])
    scope: account
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles[role])
    }
  }
]

resource editorAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for editor in scheduleEditors: {
    name: guid(documents.id, editor.principalId, builtInRoles['Storage Blob Data Contributor'])
    scope: documents
    properties: {
      principalId: editor.principalId
      principalType: editor.principalType
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        builtInRoles['Storage Blob Data Contributor']
      )
    }
  }
]

@description('Resource id of the account.')
output resourceId string = account.id

@description('Name of the account.')
output name string = account.name

@description('Endpoint of documents.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Endpoint of records.')
output tableEndpoint string = account.properties.primaryEndpoints.table

@description('URL of the container that the package is deployed to.')
output packageContainerUrl string = '${account.properties.primaryEndpoints.blob}${package.name}'
