import type { ImageVersionState } from "../../src/azure/image-versions";
import type { ImageVersionBody, TargetRegion } from "../../src/domain/plan/image-version-body";
import { computeId, setId } from "./request-factory";

/** A target region as Azure has it: encrypted, named as Azure displays it. */
export function targetRegion(name: string, change: Partial<TargetRegion> = {}): TargetRegion {
  const short = name.replaceAll(" ", "");
  return {
    name,
    regionalReplicaCount: 1,
    storageAccountType: "Standard_LRS",
    excludeFromLatest: false,
    encryption: {
      osDiskImage: { diskEncryptionSetId: setId(`${short}-os`) },
      dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId(`${short}-data`) }],
    },
    ...change,
  };
}

type Profile = ImageVersionBody["publishingProfile"];

/** The writable body of a version in West US, made from the customer's managed image. */
export function versionBody(
  regions: TargetRegion[] = [targetRegion("West US")],
  change: { profile?: Partial<Profile> } & Partial<ImageVersionBody> = {},
): ImageVersionBody {
  const { profile, ...rest } = change;
  return {
    location: "westus",
    tags: { team: "images" },
    publishingProfile: { targetRegions: regions, storageAccountType: "Standard_LRS", ...profile },
    storageProfile: { source: { id: computeId("images", "myImage", "myResourceGroup") } },
    safetyProfile: {
      allowDeletionOfReplicatedLocations: false,
      blockDeletionBeforeEndOfLife: false,
    },
    ...rest,
  };
}

/** A version that is Succeeded with every region Completed, unless told otherwise. */
export function versionState(
  body: ImageVersionBody = versionBody(),
  change: Partial<ImageVersionState> = {},
): ImageVersionState {
  return {
    id: computeId("galleries/MyGallery/images/MyImage/versions", "1.0.0"),
    provisioningState: "Succeeded",
    body,
    summary: body.publishingProfile.targetRegions.map(({ name }) => ({
      region: name,
      state: "Completed",
      progress: 100,
      details: "",
    })),
    ...change,
  };
}
