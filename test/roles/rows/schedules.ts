import { SUBSCRIPTION } from "../../support/request-factory";
import type { Need, Scenario } from "../support/need";
import { BUILDS, SOURCES } from "../support/places";

const at = (resourceGroup: string) => ({
  ...{ name: "golden", resourceGroup, subscription: SUBSCRIPTION, location: "westus" },
});
const osDisk = { sizeGb: 30 };

/** What a schedule finds as its newest source. */
export const newestImage: Scenario = {
  title: "a schedule's look for the newest managed image",
  world: { images: [{ ...at(SOURCES), osDisk }] },
  does: "looks for the newest image",
  ends: "found",
};

/** A schedule's template: started, and looked at. */
const build: Scenario = {
  title: "a schedule's run of an image template",
  world: {
    imageTemplates: [{ ...at(BUILDS), makes: { name: "golden", osDisk }, buildSeconds: 600 }],
  },
  does: "runs a template",
  ends: "Running",
};

const needed = (verb: string, without: string): Need => ({
  role: "builder",
  action: `Microsoft.VirtualMachineImages/imageTemplates/${verb}`,
  scenario: build,
  without,
});

export const builder: Need[] = [
  needed("read", "finding: AuthorizationFailed"),
  needed("run/action", "finding: AuthorizationFailed"),
];
