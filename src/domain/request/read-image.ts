import { IMAGE_VERSION, isOfType, isResourceName, parseArmId } from "../arm-id";
import { problem, type Problem } from "../problem";
import { regionName } from "../region-name";
import { isVersionName } from "../version-name";
import type { ImageTarget } from "./publish-request";
import type { WireRequest } from "./schema";

const VERSION_FORMAT = "the version name is Major.Minor.Patch, each from 0 to 2147483647";

/** The target of the request in parts, whether it came as an id or as parts. */
export function readImage(
  image: WireRequest["image"],
  problems: Problem[],
): ImageTarget | undefined {
  if ("id" in image) return readImageId(image, problems);
  if (typeof image.version !== "string") return undefined;
  if (!isVersionName(image.version))
    problems.push(
      problem(
        "$.image.version",
        "InvalidVersionName",
        `"${image.version}": ${VERSION_FORMAT}`,
        "correct it",
      ),
    );
  for (const part of ["subscriptionId", "resourceGroup", "gallery", "definition"] as const)
    if (!isResourceName(image[part]))
      problems.push(
        problem(
          `$.image.${part}`,
          "InvalidName",
          `"${image[part]}" is no name that Azure has: a character is wrong, or it is only dots`,
          "correct it",
        ),
      );
  return {
    subscriptionId: image.subscriptionId,
    resourceGroup: image.resourceGroup,
    gallery: image.gallery,
    definition: image.definition,
    version: image.version,
    location: regionName(image.location ?? ""),
  };
}

function readImageId(
  image: { id: string; location?: string | undefined },
  problems: Problem[],
): ImageTarget | undefined {
  const id = parseArmId(image.id);
  const [gallery, definition, version] = id?.names ?? [];
  if (!id || !isOfType(id, IMAGE_VERSION) || !gallery || !definition || !version) {
    problems.push(
      problem(
        "$.image.id",
        "InvalidImageId",
        `"${image.id}" isn't the id of an image version`,
        "…/resourceGroups/<group>/providers/Microsoft.Compute/galleries/<gallery>/images/<definition>/versions/<version>",
      ),
    );
    return undefined;
  }
  if (!isVersionName(version))
    problems.push(
      problem("$.image.id", "InvalidVersionName", `"${version}": ${VERSION_FORMAT}`, "correct it"),
    );
  if (id.resourceGroup.length > 90 || gallery.length > 80 || definition.length > 80)
    problems.push(
      problem(
        "$.image.id",
        "InvalidName",
        "a resource group's name has at most 90 characters, a gallery's and a definition's 80",
        "correct it",
      ),
    );
  return {
    subscriptionId: id.subscriptionId,
    resourceGroup: id.resourceGroup,
    gallery,
    definition,
    version,
    location: regionName(image.location ?? ""),
  };
}
