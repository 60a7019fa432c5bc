// What has to be said, and nothing else: everything optional is off.
using '../main.bicep'

param environmentName = 'minimal'
param location = 'westeurope'
param galleries = [{ resourceGroup: 'rg-images' }]
