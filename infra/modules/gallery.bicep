metadata description = 'A gallery and an image definition to try the product with.'

@description('Required. Name of the gallery: letters, digits, dots, underscores.')
param name string

@description('Required. Region of the gallery.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Name of the image definition.')
param definitionName string

resource gallery 'Microsoft.Compute/galleries@2025-12-03' = {
  name: name
  location: location
  tags: tags
  properties: {}
}

resource definition 'Microsoft.Compute/galleries/images@2025-12-03' = {
  parent: gallery
  name: definitionName
  location: location
  tags: tags
  properties: {
    osType: 'Linux'
    osState: 'Generalized'
    hyperVGeneration: 'V2'
    architecture: 'x64'
    identifier: { publisher: 'gallery-publisher', offer: definitionName, sku: 'sample' }
  }
}

@description('Name of the gallery.')
output name string = gallery.name

@description('Resource id of the image definition.')
output definitionResourceId string = definition.id
