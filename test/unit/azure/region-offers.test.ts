import { createRegionOffers } from "../../../src/azure/region-offers";
import { createFakeArm, type Answer, type SentRequest } from "../../support/fake-arm";
import { SUBSCRIPTION } from "../../support/request-factory";

function offers(answer: (request: SentRequest) => Answer) {
  const { clients, sent } = createFakeArm(answer);
  const azure = createRegionOffers(clients);
  return { storage: (...regions: string[]) => azure.storage(SUBSCRIPTION, regions), sent };
}
const sku = (
  resourceType: string,
  name: string,
  locations: string[],
  restrictions: unknown[] = [],
) => ({
  resourceType,
  name,
  locations,
  restrictions,
});
const closed = (type: string, ...locations: string[]) => ({
  type,
  values: locations,
  restrictionInfo: { locations },
  reasonCode: "NotAvailableForSubscription",
});

test("disks and snapshots count, restrictions to zones and to other regions don't", async () => {
  const azure = offers(() => ({
    status: 200,
    body: {
      value: [
        sku("virtualMachines", "Standard_A0", ["westus"], [closed("Location", "westus")]),
        sku("disks", "PremiumV2_LRS", ["WestUS"], [closed("Zone", "westus")]),
        sku(
          "snapshots",
          "Standard_ZRS",
          ["westus", "francesouth"],
          [closed("Location", "FranceSouth")],
        ),
        { resourceType: "snapshots" },
      ],
    },
  }));
  expect(await azure.storage("westus", "francesouth")).toEqual([
    { region: "westus", type: "PremiumV2_LRS", restricted: false },
    { region: "westus", type: "Standard_ZRS", restricted: false },
    { region: "francesouth", type: "Standard_ZRS", restricted: true },
  ]);
});

test("several regions are one list with all its pages, one region is asked for alone", async () => {
  const azure = offers(({ url }) => ({
    status: 200,
    body: url.searchParams.has("page")
      ? { value: [sku("disks", "Standard_LRS", ["eastus"])] }
      : {
          value: [sku("disks", "Standard_LRS", ["westus"])],
          nextLink: `${url.origin}${url.pathname}?api-version=2021-07-01&page=2`,
        },
  }));
  expect(await azure.storage("westus", "eastus")).toHaveLength(2);
  await azure.storage("westus");
  expect(azure.sent.map(({ url }) => url.searchParams.get("$filter"))).toEqual([
    null,
    null,
    "location eq 'westus'",
    null,
  ]);
});
