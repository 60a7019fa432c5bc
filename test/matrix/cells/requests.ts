import { OTHER_SUBSCRIPTION, SUBSCRIPTION } from "../../support/request-factory";
import type { End, Point, Row, Trial } from "../model";
import { BYSTANDER, idOf, inFull, requestFor, versionPath } from "../stage/world";
import { deletingImage, vanishing } from "../strikes";
import { ofNewRegions } from "./encryption-sets";
import { beingDeleted } from "./others";
import {
  at,
  atTheDoor,
  cannot,
  impossiblePlan,
  passes,
  PUT_POINTS,
  refused,
  WITHOUT_PUT,
  type Entries,
} from "./families";

const THREE = ["westus", "eastus2", "northeurope"];
const FURTHER = PUT_POINTS.filter((key) => key !== "firstPut");
const UPDATES = FURTHER.filter((key) => key !== "recreate");

/** Rows 6, 7: said of the source, which only a PUT that makes the version looks at. */
const ofSource = (row: Row, code: string, change: Record<string, unknown>): Entries => {
  const { world, ...request } = change;
  return {
    ...WITHOUT_PUT,
    plan: (point) => ({
      ...impossiblePlan(point, code),
      request,
      ...(world === undefined ? {} : { world: world as Record<string, unknown> }),
    }),
    ...at(["firstPut", "recreate"], refused(row)),
    ...at(UPDATES, cannot("sameSource")),
  };
};

export const sourceNotEncryptable = (row: Row): Entries =>
  ofSource(row, "EncryptedVersionAsSource", {
    source: { galleryImageVersion: versionPath(BYSTANDER) },
  });

export const encryptedSourceElsewhere = (row: Row): Entries =>
  ofSource(row, "EncryptedSourceInOtherSubscription", {
    source: { managedDisk: idOf("disks", "encrypted", OTHER_SUBSCRIPTION) },
    targetRegions: THREE.map((name) => {
      const region = inFull(name) as { encryption: { osDiskImage: object } };
      return { ...region, encryption: { osDiskImage: region.encryption.osDiskImage } };
    }),
    world: {
      diskEncryptionSets: [{ name: "theirs", ...theirs }],
      disks: [
        { name: "encrypted", ...theirs, sizeGb: 30, osType: "Linux", encryptionSet: "theirs" },
      ],
    },
  });
const theirs = {
  resourceGroup: "MyResourceGroup",
  subscription: OTHER_SUBSCRIPTION,
  location: "westus",
};

/** Row 15: the source is deleted at any time; it is looked at again before the version is made. */
export const sourceMissing = (row: Row): Entries => ({
  ...WITHOUT_PUT,
  // The image isn't there for some minutes yet, in a region that is Completed.
  verification: (point) => ({
    ...passes(point, [], {}, "waits until the image is there"),
    world: { clock: { imageLagSeconds: 180 } },
  }),
  plan: (point) => ({
    ...impossiblePlan(point, "SourceNotFound"),
    request: { source: { managedImage: idOf("images", "nowhere") } },
  }),
  firstPut: (point) => ({
    ...impossiblePlan(point, "SourceNotFound"),
    strikes: [deletingImage(point.moment)],
  }),
  recreate: (point) => ({
    outcome: "found by the last look, recorded",
    strikes: [deletingImage(point.moment)],
    end: {
      ...point.refused({ code: "SourceNotFound", advice: "permanent" }),
      problems: ["SourceNotFound"],
    },
  }),
  // Only a PUT that makes the version looks at its source: here one that comes when somebody has just deleted it.
  ...at(["repeat", "remove", "readd"], (point) => ({
    outcome: "reads again, finds neither version nor source, recorded",
    strikes: vanishing(point),
    end: withoutVersion(point),
  })),
  ...at(
    ["laterWave", "approval", "promotion", "undoRemove", "closeFlag", "undoCounts"],
    (point) => ({
      ...(beingDeleted(row)[point.key](point) as Trial),
      strikes: vanishing(point),
    }),
  ),
});

/** Nothing is left of the version, and nothing can be made. */
function withoutVersion(point: Point): End {
  const end = point.refused({ code: "SourceNotFound", advice: "permanent" });
  return {
    ...end,
    state: "failed",
    problems: ["SourceNotFound"],
    regions: { ...end.regions, westus: "failed VersionVanished operator" },
    leftOver: [],
    azure: "none",
    // The flag was open in what has been deleted.
    ...(point.key === "readd" ? { undone: ["closeSafetyFlag nothingToUndo"], puts: 5 } : {}),
  };
}

/** Row 11: the source region is in what makes the version, and never left out again. */
export const sourceRegionLeftOut = (row: Row): Entries => ({
  ...ofNewRegions(row, () =>
    atTheDoor(["SourceRegionMissing"], requestFor(["eastus2", "northeurope"])),
  ),
  ...at(UPDATES, cannot("sourceStays")),
});

/** Row 12. */
export const duplicateRegion = (row: Row): Entries =>
  ofNewRegions(row, () =>
    atTheDoor(["DuplicateRegion"], {
      targetRegions: [...THREE.map(inFull), { ...inFull("eastus2"), name: "East US 2" }],
    }),
  );

/** Row 13: Azure's own limit may be lower than the configured one. */
export const replicaCount = (row: Row): Entries => ({
  ...ofNewRegions(row, () =>
    atTheDoor(["ReplicaCountOutOfRange"], {
      targetRegions: THREE.map((name) => ({ ...inFull(name), regionalReplicaCount: 101 })),
    }),
  ),
  undoCounts: refused(row),
  firstPut: (point) => ({
    ...refused(row)(point),
    ...withLimit(2),
    // All of them in the first PUT.
    request: { rollout: {} },
  }),
  ...at(["laterWave", "approval"], (point) => ({
    ...refused(row)(point),
    ...withLimit(2),
  })),
});
const withLimit = (maxReplicaCount: number) => ({
  strikes: [],
  world: { behaviour: { maxReplicaCount } },
});

/** Row 14. */
export const versionName = (row: Row): Entries => ({
  ...WITHOUT_PUT,
  plan: () =>
    atTheDoor(["InvalidVersionName"], {
      image: {
        subscriptionId: SUBSCRIPTION,
        resourceGroup: "MyResourceGroup",
        gallery: "MyGallery",
        definition: "MyImage",
        version: "1.0",
        location: "westus",
      },
    }),
  firstPut: refused(row),
  ...at(FURTHER, cannot("nameTaken")),
});
