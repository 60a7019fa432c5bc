import type { consumption } from "../../../../src/domain/consume/consumption";
import type { MachineKind } from "../../../../src/domain/consume/recipe";
import { confidentialRegion, fakeImage, securityType } from "../../../support/fake-machine-image";
import { OTHER_SUBSCRIPTION } from "../../../support/request-factory";

export interface Case {
  name: string;
  kind: MachineKind;
  input: () => Parameters<typeof consumption>[0];
}

/** Cases whose texts are kept whole, in test/fixtures/consume; docs/consume.md shows the first. */
export const CASES: Case[] = [
  {
    name: "linux-machine",
    kind: "virtualMachine",
    input: () => ({ image: fakeImage({ luns: [0, 9] }) }),
  },
  {
    name: "windows-uniform-specialized",
    kind: "uniformScaleSet",
    input: () => ({
      image: fakeImage({ luns: [0], definition: { osType: "Windows", osState: "Specialized" } }),
    }),
  },
  {
    name: "windows-flexible-plan-elsewhere",
    kind: "flexibleScaleSet",
    input: () => ({
      image: fakeImage({
        luns: [0],
        definition: {
          osType: "Windows",
          ...securityType("TrustedLaunchSupported"),
          purchasePlan: { publisher: "contoso", product: "hardened-windows", name: "2022" },
        },
      }),
      consumerSubscriptionId: OTHER_SUBSCRIPTION,
    }),
  },
  {
    name: "confidential-machine",
    kind: "virtualMachine",
    input: () => ({
      image: fakeImage({
        region: confidentialRegion("westus"),
        definition: { osState: "Specialized", ...securityType("ConfidentialVM") },
      }),
    }),
  },
];
