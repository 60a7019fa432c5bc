// Roles of one's own, alerts by a group of one's own, a place named twice, and what other options take when nobody says: what
// parameters/all.bicepparam has otherwise.
using '../main.bicep'

param environmentName = 'own'
param location = 'westeurope'
param galleries = [
  { resourceGroup: 'rg-images', gallery: 'golden' }
  { resourceGroup: 'RG-Images', gallery: 'silver' }
]
param sourceGroups = [
  { resourceGroup: 'rg-builds' }
  { resourceGroup: 'RG-Builds' }
]
param vhdAccounts = [{ resourceGroup: 'rg-builds', account: 'vhds' }]
param keyVaultSubscriptions = ['55555555-5555-5555-5555-555555555555']
param imageTemplateGroups = [
  { resourceGroup: 'rg-templates' }
  { resourceGroup: 'RG-Templates' }
]
param verificationGroupName = 'rg-verification'
param existingRoles = {
  reader: '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
  writer: '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
  sources: '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/cccccccc-cccc-4ccc-8ccc-cccccccccccc'
  vhdSources: '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/dddddddd-dddd-4ddd-8ddd-dddddddddddd'
  verifier: '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee'
  keyReader: '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/ffffffff-ffff-4fff-8fff-ffffffffffff'
  builder: '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-000000000000'
}
param alertActionGroupIds = [
  '/subscriptions/66666666-6666-6666-6666-666666666666/resourceGroups/rg-on-call/providers/Microsoft.Insights/actionGroups/images'
]
param runbookUrl = 'https://docs.example/runbook'
param encryptionRegions = [{ name: 'westeurope' }]
