import {
  IMAGE_VERSION,
  isOfType,
  isResourceName,
  MANAGED_IMAGE,
  parseArmId,
  printArmId,
  SNAPSHOT,
} from "../arm-id";
import { problem, type Problem } from "../problem";
import { regionName } from "../region-name";
import { isVersionName } from "../version-name";
import type { ImageSource, ImageTarget } from "./publish-request";
import type { WireRequest, WireSource } from "./schema";

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

/** The source; kinds that this version refuses were reported already and give undefined. */
export function readSource(source: WireSource, problems: Problem[]): ImageSource | undefined {
  const kinds = Object.entries(source).filter(
    ([name, value]) => value !== undefined && name !== "dataSnapshots",
  );
  if (kinds.length !== 1)
    problems.push(
      problem(
        "$.source",
        "OneSource",
        kinds.length === 0
          ? "the request names no source"
          : `the request names ${kinds.length} sources: ${kinds.map(([name]) => name).join(", ")}`,
        "name exactly one source",
      ),
    );
  if (source.managedImage !== undefined) {
    if (source.dataSnapshots !== undefined)
      problems.push(
        problem(
          "$.source.dataSnapshots",
          "OneSource",
          "data snapshots go with an OS snapshot, not with a managed image",
          "remove one of the two",
        ),
      );
    const id = readId(source.managedImage, MANAGED_IMAGE, "$.source.managedImage", problems);
    return id === undefined ? undefined : { kind: "managedImage", id };
  }
  if (source.osSnapshot === undefined) return undefined;
  return readSnapshots(source.osSnapshot, source.dataSnapshots ?? [], problems);
}

function readSnapshots(
  os: string,
  data: { lun: number; id: string }[],
  problems: Problem[],
): ImageSource | undefined {
  const osSnapshot = readId(os, SNAPSHOT, "$.source.osSnapshot", problems);
  const luns = new Set<number>();
  const dataSnapshots = data.flatMap(({ lun, id }, index) => {
    const path = `$.source.dataSnapshots[${index}]`;
    if (luns.has(lun))
      problems.push(
        problem(`${path}.lun`, "DuplicateLun", `LUN ${lun} is named twice`, "name it once"),
      );
    luns.add(lun);
    const snapshot = readId(id, SNAPSHOT, `${path}.id`, problems);
    return snapshot === undefined ? [] : [{ lun, id: snapshot }];
  });
  if (osSnapshot === undefined) return undefined;
  return {
    kind: "snapshots",
    osSnapshot,
    dataSnapshots,
  };
}

function readId(text: string, type: string, path: string, problems: Problem[]): string | undefined {
  const id = parseArmId(text);
  if (id !== undefined && isOfType(id, type)) return printArmId({ ...id, type });
  problems.push(
    problem(
      path,
      "InvalidResourceId",
      `"${text}" isn't the id of a ${type}`,
      `/subscriptions/<id>/resourceGroups/<group>/providers/${type}/<name>`,
    ),
  );
  return undefined;
}
