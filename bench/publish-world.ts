import { readFileSync } from "node:fs";
import { join } from "node:path";
import { appRights, samplePlaces } from "../tools/roles/app-rights";
import { readRoles } from "../tools/roles/role-files";

interface SampleRequest {
  image: { version: string; [key: string]: unknown };
  targetRegions: { name: string }[];
  requestId?: string;
}

/** Requests for the first regions of the sample for forty, and a world in which each of them succeeds. */
export class PublishWorld {
  readonly #sample: SampleRequest;

  constructor(
    private readonly root: string,
    regions: number,
  ) {
    const file = join(root, "samples/request-40-regions.json");
    const sample = JSON.parse(readFileSync(file, "utf8")) as SampleRequest;
    this.#sample = { ...sample, targetRegions: sample.targetRegions.slice(0, regions) };
  }

  /** The request with the number `index`: a version of its own. */
  request(index: number): SampleRequest {
    const image = { ...this.#sample.image, version: `1.0.${index}` };
    return { ...this.#sample, image, requestId: `bench-${index}` };
  }

  /** The world file; JSON is YAML. */
  worldFile(): string {
    const resourceGroup = "myResourceGroup";
    const location = "westus";
    const sets = this.#sample.targetRegions.flatMap(({ name }) =>
      ["os", "data0"].map((disk) => ({
        name: `des-${name}-${disk}`,
        resourceGroup,
        location: name,
      })),
    );
    return JSON.stringify({
      subscriptions: [
        {
          id: "00000000-0000-0000-0000-000000000000",
          displayName: "Local subscription",
          tenantId: "11111111-1111-1111-1111-111111111111",
        },
      ],
      behaviour: { pollRights: "checked" },
      identities: [
        {
          name: "function-app",
          appId: "33333333-3333-3333-3333-333333333333",
          objectId: "22222222-2222-2222-2222-222222222222",
          managedIdentity: "systemAssigned",
          rights: appRights(readRoles(this.root), samplePlaces()),
        },
      ],
      resourceGroups: [{ name: resourceGroup, location }],
      galleries: [{ name: "MyGallery", resourceGroup, location }],
      definitions: [
        {
          ...{ name: "MyImage", gallery: "MyGallery", hyperVGeneration: "V2" },
          ...{ osType: "Linux", osState: "Generalized" },
          identifier: { publisher: "myPublisher", offer: "myOffer", sku: "mySku" },
        },
      ],
      diskEncryptionSets: sets,
      images: [
        {
          ...{ name: "myImage", resourceGroup, location, hyperVGeneration: "V2" },
          osDisk: { sizeGb: 30, osType: "Linux", osState: "Generalized" },
          dataDisks: [{ lun: 0, sizeGb: 10 }],
        },
      ],
    });
  }
}
