import { OTHER_SUBSCRIPTION, SUBSCRIPTION } from "../../support/request-factory";
import type { Entry, Point, Row } from "../model";
import { encryptionOf, idOf, inFull, requestFor } from "../stage/world";
import { changingDisks, deletingSet, movingSet, refusing } from "../strikes";
import {
  at,
  atTheDoor,
  cannot,
  COPYING,
  ECHOING,
  impossiblePlan,
  refused,
  WITHOUT_PUT,
  whyOf,
  type Entries,
} from "./families";

const group = { resourceGroup: "MyResourceGroup" };

const THREE = ["westus", "eastus2", "northeurope"];

/** The point's request with other encryption: in East US 2, or everywhere. */
const withEncryption = (change: (region: string) => object | undefined) => ({
  targetRegions: THREE.map((name) => {
    const { encryption: _own, ...region } = inFull(name);
    const encryption = change(name);
    return encryption === undefined ? region : { ...region, encryption };
  }),
});
const withSet = (diskEncryptionSetId: string) =>
  withEncryption((region) => ({
    ...encryptionOf(region),
    ...(region === "eastus2" ? { osDiskImage: { diskEncryptionSetId } } : {}),
  }));

/**
 * About what a body says of its regions: said wherever it names them as they were planned, also when the same has been
 * taken before, because somebody else may have changed the version, the source or the definition since.
 */
export const ofNewRegions = (row: Row, plan: (point: Point) => Entry): Entries => ({
  ...WITHOUT_PUT,
  plan,
  ...at(["firstPut", ...COPYING], refused(row)),
  ...at(ECHOING, cannot("echoed")),
});

const found =
  (code: string, request: Record<string, unknown>, world?: Record<string, unknown>) =>
  (point: Point): Entry => ({
    ...impossiblePlan(point, code, { region: "eastus2" }),
    request,
    ...(world === undefined ? {} : { world }),
  });

/** Rows 1, 4, 5 and 10. */
export const otherSubscription = (row: Row): Entries =>
  ofNewRegions(
    row,
    found(
      "DiskEncryptionSetInOtherSubscription",
      withSet(idOf("diskEncryptionSets", "eastus2-os", OTHER_SUBSCRIPTION)),
      {
        diskEncryptionSets: [
          { name: "eastus2-os", ...group, subscription: OTHER_SUBSCRIPTION, location: "eastus2" },
        ],
      },
    ),
  );
export const notEverywhere = (row: Row): Entries => ({
  ...ofNewRegions(row, () =>
    atTheDoor(
      ["DiskEncryptionSetRequired", "DataDiskEncryptionMissing"],
      withEncryption((region) => (region === "eastus2" ? undefined : encryptionOf(region))),
    ),
  ),
  // The source has a further disk by then, which no set was named for.
  recreate: (point) => ({
    ...lookedAt(point, "DataDiskEncryptionMissing"),
    strikes: [changingDisks(point.moment, [0, 1])],
  }),
  // An update of somebody else's that names no set for a region takes it away in the answer, too: the echo lacks it.
  ...at(ECHOING, refused(row)),
});
export const wrongLun = (row: Row): Entries => ({
  ...ofNewRegions(row, (point) => ({
    ...impossiblePlan(point, "UnknownLun", { region: "all" }),
    request: withEncryption((region) => {
      const { osDiskImage, dataDiskImages } = encryptionOf(region);
      const further = dataDiskImages.map((disk) => ({ ...disk, lun: 1 }));
      return { osDiskImage, dataDiskImages: [...dataDiskImages, ...further] };
    }),
  })),
  // The source's disk has another number by then.
  recreate: (point) => ({
    ...lookedAt(point, "DataDiskEncryptionMissing", "UnknownLun"),
    strikes: [changingDisks(point.moment, [1])],
  }),
});
export const confidentialType = (row: Row): Entries => ({
  ...ofNewRegions(row, (point) => ({
    ...impossiblePlan(point, "ConfidentialTypeRequired", { region: "all" }),
    request: {
      ...requestFor(THREE),
      image: {
        subscriptionId: SUBSCRIPTION,
        ...group,
        gallery: "MyGallery",
        definition: "ConfidentialImage",
        version: "1.0.0",
        location: "westus",
      },
    },
    world: {
      definitions: [
        {
          name: "ConfidentialImage",
          gallery: "MyGallery",
          osType: "Linux",
          osState: "Generalized",
          features: [{ name: "SecurityType", value: "ConfidentialVM" }],
        },
      ],
    },
  })),
  // The definition's features can be changed at any time.
  ...at(ECHOING, refused(row)),
});

/**
 * Rows 2 and 3: the set goes, or moves, at any time. The run looks again before it writes a region; where the
 * region is only echoed, Azure says it.
 */
const ofSet = (
  row: Row,
  code: string,
  strike: typeof deletingSet,
  request: Record<string, unknown>,
): Entries => ({
  ...WITHOUT_PUT,
  plan: found(code, request),
  firstPut: (point) => ({
    ...impossiblePlan(point, code, { region: point.region }),
    strikes: [strike(point.moment, point.region)],
  }),
  ...at(COPYING, (point) => ({
    ...lookedAt(point, code),
    strikes: [strike(point.moment, point.region)],
  })),
  verification: (point) => ({
    outcome: "the disk is refused, recorded",
    strikes: [strike(point.moment, point.region)],
    end: point.refused(whyOf(row)),
  }),
  // Later, when the region is removed, its set has to be there again.
  undoCounts: refused(row),
  ...at(["remove", "promotion", "undoRemove"], (point) => ({
    outcome: "refused by Azure, recorded",
    strikes: [strike(point.moment, point.region)],
    end: point.refused(whyOf(row)),
  })),
  // Later, when the flag is to be closed for good, the set would have to be there again.
  closeFlag: (point) => ({
    outcome: "recorded with the open flag, which reconcile closes",
    strikes: [refusing(row, point)],
    end: point.refused(whyOf(row)),
  }),
});

/** The last look before the write finds it. */
const lookedAt = (point: Point, code: string, ...further: string[]) => ({
  outcome: "found by the last look, recorded",
  end: {
    ...point.refused({ code, advice: "permanent" as const }),
    problems: [code, ...further],
  },
});

export const setMissing = (row: Row): Entries =>
  ofSet(
    row,
    "DiskEncryptionSetNotFound",
    deletingSet,
    withSet(idOf("diskEncryptionSets", "nowhere")),
  );
export const setElsewhere = (row: Row): Entries =>
  ofSet(
    row,
    "DiskEncryptionSetInOtherRegion",
    movingSet,
    withSet(idOf("diskEncryptionSets", "northeurope-os")),
  );
