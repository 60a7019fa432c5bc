import { encryptionOf, idOf, keyUrl, requestFor } from "../../matrix/stage/world";
import { SUBSCRIPTION } from "../../support/request-factory";
import { publication, type Need, type Scenario } from "../support/need";

const KEYS = "Microsoft.KeyVault/vaults/keys";
const ROLES = "Microsoft.Authorization";
const LOOKED_AT = requestFor(["westus"], {}, { preflight: { keyVault: true } });

/** The OS disk's set is that one. */
function rotating(): Record<string, unknown> {
  const { osDiskImage: _usual, ...encryption } = encryptionOf("westus");
  const diskEncryptionSetId = idOf("diskEncryptionSets", "rotating");
  return {
    ...LOOKED_AT,
    targetRegions: [
      { name: "westus", encryption: { ...encryption, osDiskImage: { diskEncryptionSetId } } },
    ],
  };
}

const keys = publication("a publication whose keys are looked at", LOOKED_AT);
/** The set of a disk uses whatever version of its key is the newest. */
const newestKeys: Scenario = publication(
  "a publication with a set that follows the newest version of its key",
  rotating(),
  {
    world: {
      diskEncryptionSets: [
        {
          ...{ name: "rotating", resourceGroup: "MyResourceGroup", subscription: SUBSCRIPTION },
          ...{ location: "westus", rotationToLatestKeyVersionEnabled: true },
          keyUrl: `${keyUrl("westus-os")}/0123456789abcdef0123456789abcdef`,
        },
      ],
    },
  },
);
const needed = (action: string, scenario: Scenario = keys): Need => ({
  role: "key-reader",
  action,
  scenario,
  without: "published; told: KeyNotChecked",
});

export const keyReader: Need[] = [
  needed("Microsoft.KeyVault/vaults/read"),
  needed(`${KEYS}/read`, newestKeys),
  needed(`${KEYS}/versions/read`),
  needed(`${ROLES}/roleAssignments/read`),
  needed(`${ROLES}/roleDefinitions/read`),
];
