metadata description = 'Alert rules over the lines that the app writes for programs (docs/telemetry.md), and over the dead letters of its queue.'

@description('Required. Region of the rules.')
param location string

@description('Required. Tags of the rules.')
param tags object

@description('Required. Resource id of the workspace with the app\'s logs.')
param workspaceResourceId string

@description('Required. Resource id of the Service Bus namespace.')
param serviceBusResourceId string

@description('Required. Name of the queue of publish requests.')
param queueName string

@description('Required. Resource ids of the action groups that are told. Empty: alerts are only shown.')
param actionGroupIds string[]

@description('Required. Address of the folder with a page for each alert.')
param runbookUrl string

// The rules' names are those of the pages: docs/runbook/<name>.md.
// `time` is a word of the language: line.time would be a mistake of syntax.
var lines = 'let lines = AppTraces | where Message startswith "{\\"event\\":" | extend line = parse_json(Message) | extend event = tostring(line.event), at = todatetime(line["time"]);'
// `reconcile` says again what still holds: every five minutes. Six looks, so that one that fails, or a line that comes
// late, ends no alert.
var looks = 'PT30M'
var rules = [
  {
    name: 'region-stalled'
    title: 'a region stands still'
    severity: 2
    windowSize: looks
    query: '${lines} let ended = lines | where event in ("published", "promoted", "partlyPublished", "failed", "rejected", "cancelled") | project runId = tostring(line.runId); lines | where event in ("regionStalled", "regionMoved") | extend runId = tostring(line.runId), region = tostring(line.region), publicationId = tostring(line.publicationId) | summarize arg_max(at, event, TimeGenerated) by runId, region, publicationId | where event == "regionStalled" | join kind=leftanti ended on runId'
    dimensions: ['publicationId', 'region']
  }
  {
    name: 'dead-letters'
    title: 'requests are in the dead-letter queue'
    severity: 1
    windowSize: looks
    query: '${lines} lines | where event == "deadLetters" | where toint(line.count) > 0 | project TimeGenerated, oldest = tostring(line.oldest)'
    dimensions: []
  }
  {
    // Of a version that was published nothing is in the ledger, nor said again: a day.
    name: 'left-over'
    title: 'a run has left something behind in Azure'
    severity: 3
    windowSize: 'P1D'
    query: '${lines} let dismissed = lines | where event == "dismissed" | project failureId = tostring(line.failureId); lines | where event == "leftOver" | where toint(line.count) > 0 | extend failureId = tostring(line.failureId), publicationId = tostring(line.publicationId) | where isempty(failureId) or TimeGenerated > ago(30m) | summarize arg_max(at, event, TimeGenerated) by failureId, publicationId | join kind=leftanti dismissed on failureId'
    dimensions: ['publicationId', 'failureId']
  }
  {
    // What somebody or something is at needs nobody else, for an hour.
    name: 'safety-flag-open'
    title: 'the safety flag of a version is open'
    severity: 1
    windowSize: looks
    query: '${lines} lines | where event == "safetyFlagOpen" | where isnull(tobool(line.beingMended)) or todatetime(line.since) < ago(1h) | extend publicationId = tostring(line.publicationId), failureId = tostring(line.failureId)'
    dimensions: ['publicationId', 'failureId']
  }
  {
    name: 'schedule-switched-off'
    title: 'a schedule was switched off by its failures'
    severity: 2
    windowSize: looks
    query: '${lines} lines | where event in ("scheduleDisabled", "scheduleEnabled") | extend scheduleId = tostring(line.scheduleId) | summarize arg_max(at, event, TimeGenerated) by scheduleId | where event == "scheduleDisabled"'
    dimensions: ['scheduleId']
  }
  {
    // Said every minute, by the schedules' own tick.
    name: 'schedules-unreadable'
    title: 'schedules have a mistake and don\'t run'
    severity: 2
    windowSize: 'PT15M'
    query: '${lines} lines | where event == "schedulesUnreadable" | extend scheduleId = tostring(line.scheduleId), document = tostring(line.document), path = tostring(line.path), code = tostring(line.code) | summarize arg_max(at, path, code, TimeGenerated) by scheduleId, document'
    dimensions: ['scheduleId', 'document']
  }
]

resource queries 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'gallery-publisher-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Gallery Publisher: ${rule.title}'
      description: '${runbookUrl}/${rule.name}.md'
      severity: rule.severity
      enabled: true
      evaluationFrequency: 'PT5M'
      windowSize: rule.windowSize
      scopes: [workspaceResourceId]
      autoMitigate: true
      // A new workspace has no AppTraces before the app's first line, and Azure would refuse the query.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: map(rule.dimensions, name => { name: name, operator: 'Include', values: ['*'] })
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: actionGroupIds }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'gallery-publisher-dead-letters-of-queue'
  location: 'global'
  tags: tags
  properties: {
    description: '${runbookUrl}/dead-letters.md'
    severity: 1
    enabled: true
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    scopes: [serviceBusResourceId]
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead letters'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: [queueName] }]
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [for id in actionGroupIds: { actionGroupId: id }]
  }
}

@description('Names of the alert rules.')
output names string[] = [for rule in rules: 'gallery-publisher-${rule.name}']
