metadata description = 'Types of parameters that more than one file uses.'

@export()
@description('Where galleries are that requests may publish to.')
@sealed()
type galleryPlace = {
  @description('Optional. Subscription of the gallery; by default the one that is deployed to.')
  subscriptionId: string?

  @description('Required. Resource group of the gallery. The app may write image versions in all of it.')
  resourceGroup: string

  @description('Optional. Name of the gallery; by default any gallery of the resource group.')
  gallery: string?
}

@export()
@description('A resource group that the app gets a role in.')
@sealed()
type groupPlace = {
  @description('Optional. Subscription of the resource group; by default the one that is deployed to.')
  subscriptionId: string?

  @description('Required. Name of the resource group.')
  resourceGroup: string
}

@export()
@description('A storage account that the app gets a role on.')
@sealed()
type accountPlace = {
  @description('Optional. Subscription of the account; by default the one that is deployed to.')
  subscriptionId: string?

  @description('Required. Resource group of the account.')
  resourceGroup: string

  @description('Required. Name of the account.')
  account: string
}

@export()
@description('Somebody who is granted something of the deployment.')
@sealed()
type grantee = {
  @description('Required. Object id of the principal.')
  principalId: string

  @description('Required. Kind of the principal.')
  principalType: 'Group' | 'ServicePrincipal' | 'User'
}

@export()
@description('Role definitions that exist already and are used instead of new ones: full resource ids.')
@sealed()
type existingRoleIds = {
  @description('Optional. Reads galleries, versions, disk encryption sets and sources.')
  reader: string?

  @description('Optional. Writes and deletes image versions.')
  writer: string?

  @description('Optional. What Azure demands on sources.')
  sources: string?

  @description('Optional. What Azure demands on accounts of VHDs.')
  vhdSources: string?

  @description('Optional. Makes and deletes disks of verifications.')
  verifier: string?

  @description('Optional. Looks at vaults, keys and role assignments.')
  keyReader: string?

  @description('Optional. Runs image templates.')
  builder: string?
}

@export()
@description('A region whose disk encryption set is deployed, in the subscription and the resource group of the app.')
@sealed()
type encryptionRegion = {
  @description('Required. Short name of the region.')
  name: string

  @description('Optional. URL of a key that exists, with its version, for example an imported one. Without it a vault and a key are made in the region.')
  keyUrl: string?

  @description('Optional. Resource id of the vault of keyUrl, where the set\'s identity is granted the use of keys. Without it somebody else has to grant it when the set is there, so identity has to be SystemAssigned.')
  keyVaultResourceId: string?

  @description('Optional. Whose identity opens the key: one that is made and granted before the set (UserAssigned, the default), or the set\'s own, which can be granted only after it.')
  identity: 'SystemAssigned' | 'UserAssigned'?
}

@export()
@description('How disk encryption sets encrypt: with your key, or with yours and the platform\'s.')
type setEncryptionType = 'EncryptionAtRestWithCustomerKey' | 'EncryptionAtRestWithPlatformAndCustomerKeys'

@export()
@description('Settings of the product with a default in src/config.ts; docs/configuration.md explains each.')
@sealed()
type productSettings = {
  @description('Optional. Endpoint of Resource Manager.')
  ARM_ENDPOINT: string?

  @description('Optional. Scope of tokens for Resource Manager.')
  ARM_SCOPE: string?

  @description('Optional. Seconds between two looks at a version\'s replication, at least.')
  WATCH_MIN_INTERVAL_SECONDS: string?

  @description('Optional. Seconds between two looks at a version\'s replication, at most.')
  WATCH_MAX_INTERVAL_SECONDS: string?

  @description('Optional. Seconds without a change after which a region stands still.')
  WATCH_STALLED_AFTER_SECONDS: string?

  @description('Optional. When to look for lost runs, and to tell again what still holds: six fields, UTC. More seldom than every ten minutes, alerts end while their cause still holds, and begin anew at each look.')
  RECONCILE_SCHEDULE: string?

  @description('Optional. Seconds that a lost run\'s version is watched for a late write.')
  RECONCILE_SETTLE_SECONDS: string?

  @description('Optional. Path of the document of schedules in the container of documents.')
  SCHEDULES_DOCUMENT: string?

  @description('Optional. Upper bound of regionalReplicaCount.')
  MAX_REPLICA_COUNT: string?

  @description('Optional. Regions that are newer than the built-in list, separated by commas.')
  ADDITIONAL_REGIONS: string?

  @description('Optional. JSON object: the disk encryption set of a region that names none.')
  DISK_ENCRYPTION_SETS_BY_REGION: string?

  @description('Optional. Name of the disk encryption set of a region that names none, with {region} in it.')
  DISK_ENCRYPTION_SET_NAME_TEMPLATE: string?

  @description('Optional. Whether a virtual machine may be the source of an encrypted version.')
  VM_SOURCE_WITH_CMK: 'allow' | 'reject'?

  @description('Optional. Whether a request may ask for platform-managed keys.')
  PLATFORM_MANAGED_KEYS: 'allow' | 'reject'?
}

@export()
@description('Each resource group once. Azure takes its name in any case, and would refuse a second assignment of a role in it.')
func distinctGroups(places object[], ownId string) object[] =>
  map(
    filter(
      places,
      (place, index) =>
        indexOf(
          map(places, one => toLower('${one.?subscriptionId ?? ownId}/${one.resourceGroup}')),
          toLower('${place.?subscriptionId ?? ownId}/${place.resourceGroup}')
        ) == index
    ),
    place => { subscriptionId: toLower(place.?subscriptionId ?? ownId), resourceGroup: place.resourceGroup }
  )
