import { granting } from "../../matrix/strikes";
import { requestFor } from "../../matrix/stage/world";
import { publication, type Need, type Scenario } from "../support/need";

const REQUEST = requestFor(["westus"], { verify: "disk" });
const verified = publication("a publication that is verified by a disk", REQUEST);

/** The disk's write is taken, and comes to nothing for a reason that only its operation tells. */
export const failedVerification: Scenario = publication(
  "a verification whose disk comes to nothing",
  requestFor(["westus", "eastus2"], { verify: "disk" }),
  {
    ends: "partlyPublished: VerificationFailed (KeyVaultAccessForbidden); 1 left over",
    strikes: [granting({ puts: 1 }, "eastus2", "nobody")],
  },
);

const needed = (verb: string, untold: string): Need => ({
  role: "verifier",
  action: `Microsoft.Compute/disks/${verb}`,
  scenario: verified,
  without: "rejected: MissingPermission",
  untold,
});

export const verifier: Need[] = [
  needed(
    "write",
    "failed: VerificationFailed (AuthorizationFailed); told: PermissionsNotChecked; 1 left over",
  ),
  needed("delete", "published; told: PermissionsNotChecked; 2 left over"),
];
