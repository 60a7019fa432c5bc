using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Azure.ResourceManager.Resources;
using ResourceManagerSample;

// Publishes an encrypted image version on a running local stack, scales it, and removes it.
// usage: dotnet run -- <endpoints.json>
if (args.Length != 1)
{
    Console.Error.WriteLine("usage: dotnet run -- <state directory>/endpoints.json");
    return 2;
}
Stack stack = Stack.Read(args[0]);
ResourceGroupResource group = await stack.Connect()
    .GetResourceGroupResource(ResourceGroupResource.CreateResourceIdentifier(stack.SubscriptionId, stack.ResourceGroup))
    .GetAsync();
Console.WriteLine($"group      {group.Id}");

GalleryResource gallery = await group.GetGalleries().GetAsync("MyGallery");
GalleryImageResource definition = await gallery.GetGalleryImages().GetAsync("MyImage");
GalleryImageVersionCollection versions = definition.GetGalleryImageVersions();
string name = $"{DateTime.UtcNow:yyyy.Mdd.HHmmss}";

var created = await versions.CreateOrUpdateAsync(WaitUntil.Completed, name, Version());
Print("created", created.Value);

GalleryImageVersionResource read = await versions.GetAsync(name, ReplicationStatusType.ReplicationStatus);
Console.WriteLine($"replicated {read.Data.ReplicationStatus.AggregatedState}");

GalleryImageVersionData change = read.Data;
change.PublishingProfile.TargetRegions[1].RegionalReplicaCount = 3;
var scaled = await versions.CreateOrUpdateAsync(WaitUntil.Completed, name, change);
Print("scaled", scaled.Value);

try
{
    GalleryImageVersionData missing = Version();
    missing.PublishingProfile.TargetRegions[1].Encryption.OSDiskImage.DiskEncryptionSetId = Id("diskEncryptionSets", "NoSuchSet");
    await versions.CreateOrUpdateAsync(WaitUntil.Completed, "9.9.9", missing);
}
catch (RequestFailedException refusal)
{
    Console.WriteLine($"refused    {refusal.Status} {refusal.ErrorCode}: {refusal.Message.Split('\n')[0]}");
}

await scaled.Value.DeleteAsync(WaitUntil.Completed);
Console.WriteLine($"deleted    exists: {(await versions.ExistsAsync(name)).Value}");
return 0;

ResourceIdentifier Id(string type, string resource) => new($"{group.Id}/providers/Microsoft.Compute/{type}/{resource}");

GalleryImageVersionData Version() => new(AzureLocation.WestUS)
{
    StorageProfile = new GalleryImageVersionStorageProfile
    {
        GallerySource = new GalleryArtifactVersionFullSource { Id = Id("images", "myImage") },
    },
    PublishingProfile = new GalleryImageVersionPublishingProfile
    {
        TargetRegions = { Region("westus", "WestUS"), Region("eastus2", "EastUS2") },
    },
};

TargetRegion Region(string region, string prefix) => new(region)
{
    RegionalReplicaCount = 1,
    Encryption = new EncryptionImages
    {
        OSDiskImage = new OSDiskImageEncryption { DiskEncryptionSetId = Id("diskEncryptionSets", $"{prefix}DiskEncryptionSet1") },
        DataDiskImages =
        {
            new DataDiskImageEncryption(0) { DiskEncryptionSetId = Id("diskEncryptionSets", $"{prefix}DiskEncryptionSet2") },
        },
    },
};

static void Print(string what, GalleryImageVersionResource version)
{
    var regions = version.Data.PublishingProfile.TargetRegions
        .Select(one => $"{one.Name} x{one.RegionalReplicaCount} {one.Encryption.OSDiskImage.DiskEncryptionSetId.Name}");
    Console.WriteLine($"{what,-10} {version.Data.Name} {version.Data.ProvisioningState}: {string.Join(", ", regions)}");
}
