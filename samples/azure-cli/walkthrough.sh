#!/usr/bin/env bash
# The Azure CLI against a running local stack: gallery, definition, disk encryption sets, an encrypted image
# version as Microsoft's documentation makes it, then show, list, update and delete. It can be run again.
#
#   npm start                                            in one terminal
#   samples/azure-cli/walkthrough.sh [endpoints.json]    in another; .local/endpoints.json unless given
set -euo pipefail

endpoints=${1:-.local/endpoints.json}
endpoint() { node -p "JSON.parse(require('fs').readFileSync('$endpoints', 'utf8')).$1"; }

# A configuration of its own: your real clouds and logins are left alone.
AZURE_CONFIG_DIR=$(mktemp -d)
REQUESTS_CA_BUNDLE=$(endpoint armCaFile)
export AZURE_CONFIG_DIR REQUESTS_CA_BUNDLE
export AZURE_CORE_COLLECT_TELEMETRY=no AZURE_CORE_ONLY_SHOW_ERRORS=yes AZURE_CORE_OUTPUT=table
trap 'rm -rf "$AZURE_CONFIG_DIR"' EXIT

# Prints a command before it is run; a secret isn't printed.
run() {
  echo "\$ ${*//$secret/***}"
  local status=0
  "$@" || status=$?
  echo
  return $status
}

secret=$(endpoint clientSecret)
group=cli-walkthrough
in_gallery=(--resource-group $group --gallery-name MyGallery)
in_image=("${in_gallery[@]}" --gallery-image-definition MyImage)
version=("${in_image[@]}" --gallery-image-version 1.0.0)
image=/subscriptions/$(endpoint subscriptionId)/resourceGroups/$(endpoint resourceGroup)/providers/Microsoft.Compute/images/myImage
regions='publishingProfile.targetRegions[].{region:name,replicas:regionalReplicaCount,storage:storageAccountType,osDisk:encryption.osDiskImage.diskEncryptionSetId}'

run az cloud register --name embedded --endpoint-resource-manager "$(endpoint armUrl)"
run az cloud set --name embedded
run az login --service-principal --username "$(endpoint clientId)" --password "$secret" --tenant "$(endpoint tenantId)"

run az group create --name $group --location westus
run az sig create "${in_gallery[@]}"
run az sig image-definition create "${in_image[@]}" --publisher myPublisher --offer myOffer --sku mySku \
  --os-type Linux --os-state Generalized --hyper-v-generation V2
for set in WestUSDiskEncryptionSet1 WestUSDiskEncryptionSet2 EastUS2DiskEncryptionSet1 EastUS2DiskEncryptionSet2; do
  location=westus
  [[ $set == East* ]] && location=eastus2
  run az disk-encryption-set create --resource-group $group --name $set --location $location \
    --key-url "https://my-vault.vault.azure.net/keys/my-key/0123456789abcdef0123456789abcdef" \
    --query '{name:name,location:location,type:encryptionType,state:provisioningState}'
done

run az sig image-version create "${version[@]}" --location westus \
  --target-regions westus=2=standard_lrs eastus2 \
  --target-region-encryption WestUSDiskEncryptionSet1,0,WestUSDiskEncryptionSet2 EastUS2DiskEncryptionSet1,0,EastUS2DiskEncryptionSet2 \
  --managed-image "$image" --query "$regions"
run az sig image-version list "${in_image[@]}"
run az sig image-version show "${version[@]}" --expand ReplicationStatus --query 'replicationStatus.summary'

run az sig image-version update "${version[@]}" \
  --set 'publishingProfile.targetRegions[1].regionalReplicaCount=3' --query "$regions"
echo "# a region without a disk encryption set beside encrypted ones is refused:"
if run az sig image-version update "${version[@]}" \
  --add publishingProfile.targetRegions name=northeurope regionalReplicaCount=1; then
  echo "it should have been refused" >&2
  exit 1
fi

run az sig image-version delete "${version[@]}"
run az group delete --name $group --yes
