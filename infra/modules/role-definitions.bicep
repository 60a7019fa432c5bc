metadata description = 'Custom roles with exactly the actions of roles/*.json; a role that exists already is used as it is.'

targetScope = 'subscription'

import { existingRoleIds } from 'types.bicep'

@description('Required. Put behind the names of the roles, which are unique in a tenant.')
param suffix string

@description('Required. Ids of the subscriptions in which the roles can be assigned.')
param subscriptionIds string[]

@description('Required. Roles that exist already.')
param existing existingRoleIds

@description('Required. Actions of the reader beside those of its file.')
param additionalReaderActions string[]

@description('Required. Whether sources are read that Azure demands rights on.')
param withSources bool

@description('Required. Whether VHDs are sources.')
param withVhdSources bool

@description('Required. Whether disks are made for verifications.')
param withVerifier bool

@description('Required. Whether keys are looked at.')
param withKeyReader bool

@description('Required. Whether image templates are run.')
param withBuilder bool

var reader = loadJsonContent('roles/reader.json')
var writer = loadJsonContent('roles/writer.json')
var sources = loadJsonContent('roles/sources.json')
var vhdSources = loadJsonContent('roles/vhd-sources.json')
var verifier = loadJsonContent('roles/verifier.json')
var keyReader = loadJsonContent('roles/key-reader.json')
var builder = loadJsonContent('roles/builder.json')

var roles = [
  { file: reader, isWanted: !contains(existing, 'reader'), more: additionalReaderActions }
  { file: writer, isWanted: !contains(existing, 'writer'), more: [] }
  { file: sources, isWanted: withSources && !contains(existing, 'sources'), more: [] }
  { file: vhdSources, isWanted: withVhdSources && !contains(existing, 'vhdSources'), more: [] }
  { file: verifier, isWanted: withVerifier && !contains(existing, 'verifier'), more: [] }
  { file: keyReader, isWanted: withKeyReader && !contains(existing, 'keyReader'), more: [] }
  { file: builder, isWanted: withBuilder && !contains(existing, 'builder'), more: [] }
]

resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in roles: if (role.isWanted) {
    name: roleGuid(subscription().id, role.file.name, suffix)
    properties: {
      roleName: '${role.file.name} ${suffix}'
      description: role.file.description
      type: 'CustomRole'
      assignableScopes: map(subscriptionIds, id => '/subscriptions/${id}')
      permissions: [
        {
          actions: concat(map(role.file.actions, entry => entry.action), role.more)
          notActions: []
          dataActions: []
          notDataActions: []
        }
      ]
    }
  }
]

func roleGuid(scope string, name string, suffix string) string => guid(scope, name, suffix)

func roleId(scope string, name string, suffix string) string =>
  '${scope}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid(scope, name, suffix)}'

@description('Resource id of the reader\'s role.')
output readerId string = existing.?reader ?? roleId(subscription().id, reader.name, suffix)

@description('Resource id of the writer\'s role.')
output writerId string = existing.?writer ?? roleId(subscription().id, writer.name, suffix)

@description('Resource id of the role on sources.')
output sourcesId string = existing.?sources ?? roleId(subscription().id, sources.name, suffix)

@description('Resource id of the role on accounts of VHDs.')
output vhdSourcesId string = existing.?vhdSources ?? roleId(subscription().id, vhdSources.name, suffix)

@description('Resource id of the verifier\'s role.')
output verifierId string = existing.?verifier ?? roleId(subscription().id, verifier.name, suffix)

@description('Resource id of the key reader\'s role.')
output keyReaderId string = existing.?keyReader ?? roleId(subscription().id, keyReader.name, suffix)

@description('Resource id of the builder\'s role.')
output builderId string = existing.?builder ?? roleId(subscription().id, builder.name, suffix)
