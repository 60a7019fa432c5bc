metadata description = 'An action group that mails alerts to people.'

@description('Required. Tags of the group.')
param tags object

@description('Required. Addresses of the mails.')
@minLength(1)
param emails string[]

resource mails 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'gallery-publisher'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'images'
    enabled: true
    emailReceivers: [
      for (address, index) in emails: { name: 'mail-${index}', emailAddress: address, useCommonAlertSchema: true }
    ]
  }
}

@description('Resource id of the group.')
output resourceId string = mails.id
