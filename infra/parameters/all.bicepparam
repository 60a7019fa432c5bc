// Every option on, so that the checks see all that can be deployed.
using '../main.bicep'

param environmentName = 'all'
param location = 'westeurope'
param resourceGroupName = 'rg-gallery-publisher'
param tags = { owner: 'images' }
param galleries = [
  { resourceGroup: 'rg-images', gallery: 'golden' }
  { subscriptionId: '11111111-1111-1111-1111-111111111111', resourceGroup: 'rg-other-images' }
]
param sourceGroups = [
  { resourceGroup: 'rg-builds' }
  { subscriptionId: '22222222-2222-2222-2222-222222222222', resourceGroup: 'rg-other-builds' }
]
param vhdAccounts = [
  { resourceGroup: 'rg-builds', account: 'vhds' }
  { subscriptionId: '77777777-7777-7777-7777-777777777777', resourceGroup: 'rg-other-builds', account: 'othervhds' }
]
param sourceSubscriptions = ['33333333-3333-3333-3333-333333333333']
param keyVaultSubscriptions = ['55555555-5555-5555-5555-555555555555']
param imageTemplateGroups = [
  { resourceGroup: 'rg-templates' }
  { subscriptionId: '88888888-8888-8888-8888-888888888888', resourceGroup: 'rg-other-templates' }
]
param verificationGroupName = 'rg-verification'
param roleNameSuffix = 'All'
param additionalReaderActions = ['Microsoft.Resources/subscriptions/resourceGroups/read']
param requesters = [{ principalId: '44444444-4444-4444-4444-444444444444', principalType: 'Group' }]
param scheduleEditors = [{ principalId: '99999999-4444-4444-4444-444444444444', principalType: 'User' }]
param topicSubscriptions = ['all', 'audit']
param scaleByQueueLength = true
param storageSku = 'Standard_GZRS'
param maximumInstanceCount = 100
param logRetentionInDays = 90
param alertActionGroupIds = [
  '/subscriptions/66666666-6666-6666-6666-666666666666/resourceGroups/rg-on-call/providers/Microsoft.Insights/actionGroups/images'
]
param alertEmails = ['images@example.com']
param runbookUrl = 'https://docs.example/runbook'
param privateNetworking = true
param durableBackend = 'DurableTaskScheduler'
param schedulerSku = 'Dedicated'
param sampleGalleryName = 'sample_gallery'
param encryptionRegions = [
  { name: 'westeurope' }
  {
    name: 'northeurope'
    keyUrl: 'https://imported.vault.azure.net/keys/golden/0123456789abcdef0123456789abcdef'
    keyVaultResourceId: '/subscriptions/55555555-5555-5555-5555-555555555555/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/imported'
  }
  { name: 'swedencentral', identity: 'SystemAssigned' }
  {
    name: 'uksouth'
    keyUrl: 'https://imported.vault.azure.net/keys/golden/0123456789abcdef0123456789abcdef'
    keyVaultResourceId: '/subscriptions/55555555-5555-5555-5555-555555555555/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/imported'
    identity: 'SystemAssigned'
  }
  {
    name: 'eastus2'
    keyUrl: 'https://granted.vault.azure.net/keys/golden/0123456789abcdef0123456789abcdef'
    identity: 'SystemAssigned'
  }
]
param encryptionType = 'EncryptionAtRestWithPlatformAndCustomerKeys'
param settings = {
  ARM_ENDPOINT: 'https://management.azure.com'
  ARM_SCOPE: 'https://management.azure.com/.default'
  WATCH_MIN_INTERVAL_SECONDS: '10'
  WATCH_MAX_INTERVAL_SECONDS: '120'
  WATCH_STALLED_AFTER_SECONDS: '3600'
  RECONCILE_SCHEDULE: '0 */5 * * * *'
  RECONCILE_SETTLE_SECONDS: '600'
  SCHEDULES_DOCUMENT: 'schedules.json'
  MAX_REPLICA_COUNT: '100'
  ADDITIONAL_REGIONS: 'atlantis'
  DISK_ENCRYPTION_SETS_BY_REGION: '{"westus": "rg-keys/des-westus"}'
  DISK_ENCRYPTION_SET_NAME_TEMPLATE: 'rg-keys/des-{region}'
  VM_SOURCE_WITH_CMK: 'reject'
  PLATFORM_MANAGED_KEYS: 'reject'
}
