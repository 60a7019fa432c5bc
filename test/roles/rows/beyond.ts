import { SUBSCRIPTION } from "../../support/request-factory";
import { requestFor } from "../../matrix/stage/world";
import { publication, type Scenario } from "../support/need";
import { SOFT_GALLERY } from "../support/places";

/** A call that no role allows, because Azure's list of actions has none for it. */
export interface Beyond {
  /** As the local Resource Manager derives it, which is assumed. */
  action: string;
  call: string;
  scenario: Scenario;
  /** How it ends with all actions of all roles. */
  refused: string;
}

const world = {
  galleries: [
    {
      ...{ name: "Soft", resourceGroup: "MyResourceGroup", subscription: SUBSCRIPTION },
      ...{ location: "westus", softDelete: true },
    },
  ],
  definitions: [{ name: "MyImage", gallery: "Soft", osType: "Linux", osState: "Generalized" }],
};
const soft = {
  action: "Microsoft.Compute/galleries/softDeletedArtifactTypes/artifacts/versions/read",
  call: "SoftDeletedResource_ListByArtifactName",
};

export const BEYOND: readonly Beyond[] = [
  {
    ...soft,
    scenario: publication(
      "a publication to a gallery with soft delete",
      requestFor(
        ["westus"],
        {},
        { image: { ...SOFT_GALLERY, version: "1.0.0", location: "westus" } },
      ),
      { world },
    ),
    refused: "published; told: VersionNotChecked",
  },
  {
    ...soft,
    scenario: {
      title: "the next number in a gallery with soft delete",
      world,
      does: "looks for numbers",
      ends: "known",
    },
    refused: "refused: AuthorizationFailed",
  },
];
