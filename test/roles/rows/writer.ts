import { requestFor } from "../../matrix/stage/world";
import { publication, type Need, type Scenario } from "../support/need";

const VERSIONS = "Microsoft.Compute/galleries/images/versions";

const image = publication("a publication from a managed image", requestFor(["westus"]));

/** No region of the new version is Completed, and the run was told to take back what it wrote. */
const takenBack: Scenario = publication(
  "a publication that is taken back",
  requestFor(["westus"], { onFailure: "rollBack" }),
  {
    faults: [
      { operation: { version: "1.0.0", code: "GalleryInternalError", message: "It is broken." } },
    ],
    ends: "failed: GalleryInternalError",
  },
);

export const writer: Need[] = [
  {
    role: "writer",
    action: `${VERSIONS}/write`,
    scenario: image,
    without: "rejected: MissingPermission",
    untold: "rejected: AuthorizationFailed; told: PermissionsNotChecked",
  },
  {
    role: "writer",
    action: `${VERSIONS}/delete`,
    scenario: takenBack,
    without: "rejected: MissingPermission",
    untold:
      "failed: GalleryInternalError, deleteVersion AuthorizationFailed; told: PermissionsNotChecked; 1 left over",
  },
];
