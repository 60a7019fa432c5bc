import { requestFor } from "../../matrix/stage/world";
import { publication, type Need, type Scenario } from "../support/need";
import { newestImage } from "./schedules";
import { fromDisk, fromMachine, fromSnapshots } from "./sources";
import { failedVerification } from "./verifier";

const COMPUTE = "Microsoft.Compute";
const REGIONS = ["westus", "eastus2"];

const image = publication("a publication from a managed image", requestFor(REGIONS));

/** The write is taken, and comes to nothing for a reason that only its operation tells. */
const inVain: Scenario = publication(
  "a publication whose write comes to nothing",
  requestFor(REGIONS),
  {
    faults: [
      {
        operation: { version: "1.0.0", code: "GalleryInternalError", message: "It is broken." },
      },
    ],
    ends: "failed: GalleryInternalError; 1 left over",
  },
);

const needed = (action: string, scenario: Scenario, without: string): Need => ({
  role: "reader",
  action,
  scenario,
  without,
});
const REFUSED = "rejected: AuthorizationFailed, MissingPermission";

export const reader: Need[] = [
  needed(`${COMPUTE}/galleries/read`, image, REFUSED),
  needed(`${COMPUTE}/galleries/images/read`, image, REFUSED),
  needed(`${COMPUTE}/galleries/images/versions/read`, image, REFUSED),
  needed(`${COMPUTE}/diskEncryptionSets/read`, image, REFUSED),
  needed(`${COMPUTE}/images/read`, image, REFUSED),
  needed(
    "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
    newestImage,
    "finding: AuthorizationFailed",
  ),
  needed(`${COMPUTE}/snapshots/read`, fromSnapshots, REFUSED),
  needed(`${COMPUTE}/disks/read`, fromDisk, REFUSED),
  needed(`${COMPUTE}/virtualMachines/read`, fromMachine, REFUSED),
  needed(
    `${COMPUTE}/locations/capsOperations/read`,
    inVain,
    "failed: ReplicationFailed; 1 left over",
  ),
  needed(
    `${COMPUTE}/locations/diskOperations/read`,
    failedVerification,
    "partlyPublished: VerificationFailed (AuthorizationFailed); 1 left over",
  ),
  needed(`${COMPUTE}/skus/read`, image, "published; told: RegionsNotChecked"),
  needed(
    "Microsoft.Authorization/permissions/read",
    image,
    "published; told: PermissionsNotChecked",
  ),
];
