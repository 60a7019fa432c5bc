import { consumption, type Consumption } from "../../src/domain/consume/consumption";
import type { MachineImage, MachineSecurity } from "../../src/domain/consume/machine-image";
import { MACHINE_KINDS, type MachineKind } from "../../src/domain/consume/recipe";

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000";
/** Each language would break out of its literal at something in this resource group's name. */
const GROUP = `${SUBSCRIPTION}/resourceGroups/it's $(id) \${x} \`id\` "’`;
export const VERSION_ID = `${GROUP}/providers/Microsoft.Compute/galleries/g/images/i/versions/1.0.0`;
export const setId = (name: string): string =>
  `${SUBSCRIPTION}/resourceGroups/keys/providers/Microsoft.Compute/diskEncryptionSets/${name}`;

/** One text of one tool, with what it was written for. */
export interface Snippet {
  /** A file's name without its extension. */
  name: string;
  kind: MachineKind;
  text: string;
  image: MachineImage;
  /** The sets are the consumer's to name. */
  elsewhere: boolean;
}

const SECURITY: MachineSecurity[] = [
  "standard",
  "trustedLaunch",
  "confidentialDisk",
  "confidentialGuestState",
];

/** Every security, OS and state; data disks, plan and the consumer's subscription in turns. */
function images(): { image: MachineImage; elsewhere: boolean }[] {
  const found = SECURITY.flatMap((security) =>
    (["Linux", "Windows"] as const).flatMap((osType) =>
      [true, false].map((generalized) => ({ security, osType, generalized })),
    ),
  );
  return found.map((facts, at) => ({
    image: {
      ...facts,
      versionId: VERSION_ID,
      region: "westus",
      osDiskSetId: setId("os"),
      dataDisks: (at % 3 === 0 ? [] : [9, 0]).map((lun) => ({ lun, setId: setId(`lun-${lun}`) })),
      ...(at % 2 === 0
        ? {}
        : { purchasePlan: { publisher: "contoso", product: "an-offer", name: "a.plan_1" } }),
    },
    elsewhere: at % 5 === 4,
  }));
}

/** All texts of a tool. */
export function snippets(tool: Exclude<keyof Consumption, "region">): Snippet[] {
  return images().flatMap(({ image, elsewhere }) => {
    const other = { consumerSubscriptionId: "11111111-1111-1111-1111-111111111111" };
    const texts = consumption({ image, ...(elsewhere ? other : {}) })[tool];
    const state = image.generalized ? "generalized" : "specialized";
    return MACHINE_KINDS.map((kind) => ({
      name: [kind, image.osType, state, image.security, ...(elsewhere ? ["elsewhere"] : [])].join(
        "-",
      ),
      text: texts[kind],
      ...{ kind, image, elsewhere },
    }));
  });
}
