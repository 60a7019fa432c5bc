metadata description = 'Logs and telemetry, written with the app\'s identity. Alert rules query the workspace.'

import { builtInRoles } from 'roles/built-in.bicep'

@description('Required. Name of the Log Analytics workspace.')
param workspaceName string

@description('Required. Name of the Application Insights component.')
param insightsName string

@description('Required. Region of both.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Days that logs are kept.')
@minValue(30)
@maxValue(730)
param retentionInDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionInDays
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource metricsPublisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, principalId, builtInRoles['Monitoring Metrics Publisher'])
  scope: insights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles['Monitoring Metrics Publisher']
    )
  }
}

@description('Resource id of the workspace, which alert rules are scoped to.')
output workspaceResourceId string = workspace.id

@description('Where telemetry is sent to; no secret, because local authentication is off.')
output connectionString string = insights.properties.ConnectionString
