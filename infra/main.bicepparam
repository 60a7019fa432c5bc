// What `azd up` deploys; azd supplies the variables. Edit it: without `galleries` every request is refused.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param durableBackend = readEnvironmentVariable('DURABLE_TASK_SCHEDULER', 'false') == 'true'
  ? 'DurableTaskScheduler'
  : 'AzureStorage'

param galleries = []
