import { IMAGE_VERSION, isOfType, isResourceName, parseArmId } from "../arm-id";
import { isBaseFor, type VersionStrategy } from "../numbering/strategy";
import { problem, type Problem } from "../problem";
import { regionName, type RegionName } from "../region-name";
import { isVersionName, withoutLeadingZeros } from "../version-name";
import type { ImageTarget, UnnumberedRequest } from "./publish-request";
import { named } from "./resource-kinds";
import type { WireRequest } from "./schema";
import { unknownRegion } from "./unknown-region";
import type { Sound } from "./sound-parts";

const VERSION_FORMAT = "the version name is Major.Minor.Patch, each from 0 to 2147483647";
const LEADING_ZEROS =
  "a version is named without leading zeros: two names of one number would be two versions with a writer each";

type WireParts = Extract<WireRequest["image"], { gallery: string }>;
type Names = Omit<ImageTarget, "location">;

/** What of the target could be read: each of its names that is sound, and the location. */
export type ReadImage = Partial<Names> & {
  /** Empty when none is given. */
  location: RegionName;
  /** In place of a version. */
  numbering?: VersionStrategy;
};

/** The names of the target, whether it came as an id or as parts. Every name is judged on its own. */
export function readImage(
  image: Sound<WireRequest["image"]>,
  known: ReadonlySet<RegionName>,
  problems: Problem[],
): ReadImage {
  const location = readLocation(image.location, known, problems);
  if ("id" in image)
    return { ...soundNames(namesOfId(image.id, problems), () => "$.image.id", problems), location };
  const { version, ...names } = image as Sound<WireParts>;
  const given = { ...names, ...(typeof version === "string" ? { version } : {}) };
  const sound = { ...soundNames(given, (name) => `$.image.${name}`, problems), location };
  const numbering = typeof version === "object" ? readStrategy(version, problems) : undefined;
  return numbering === undefined ? sound : { ...sound, numbering };
}

/** The strategy, unless it isn't any, or its base isn't one for it. */
function readStrategy(
  { strategy, base }: Sound<VersionStrategy>,
  problems: Problem[],
): VersionStrategy | undefined {
  if (strategy === undefined || base === undefined) return strategy && { strategy };
  if (isBaseFor({ strategy, base })) return { strategy, base };
  problems.push(
    problem(
      "$.image.version.base",
      "InvalidVersionBase",
      `"${base}" is no base for ${strategy}`,
      'leave it out, or give the parts before the counted one: "1" or "1.2" for nextPatch, "1" for nextMinor',
    ),
  );
  return undefined;
}

/** A location that no region has is as good as none: the others are judged without it. */
function readLocation(
  given: string | undefined,
  known: ReadonlySet<RegionName>,
  problems: Problem[],
): RegionName {
  if (given === undefined) return "";
  const unknown = unknownRegion(given, "$.image.location", known);
  problems.push(...unknown);
  return unknown.length > 0 ? "" : regionName(given);
}

/** The target as a whole, with its number or how to find one; undefined while a name is missing. */
export function wholeImage({
  location,
  numbering,
  ...names
}: ReadImage):
  ({ image: ImageTarget } | Pick<UnnumberedRequest, "image" | "numbering">) | undefined {
  const { subscriptionId, resourceGroup, gallery, definition, version } = names;
  if (!subscriptionId || !resourceGroup || !gallery || !definition) return undefined;
  const image = { subscriptionId, resourceGroup, gallery, definition, location };
  if (version) return { image: { ...image, version } };
  return numbering && { image, numbering };
}

function namesOfId(text: string | undefined, problems: Problem[]): Partial<Names> {
  const id = text === undefined ? undefined : parseArmId(text);
  const [gallery, definition, version] = id?.names ?? [];
  if (id && isOfType(id, IMAGE_VERSION) && gallery && definition && version) {
    const { subscriptionId, resourceGroup } = id;
    return { subscriptionId, resourceGroup, gallery, definition, version };
  }
  if (text === undefined) return {};
  const other = named(text);
  problems.push(
    problem(
      "$.image.id",
      "InvalidImageId",
      other === undefined
        ? `"${text}" isn't the id of an image version`
        : `"${text}" is ${other.words}, not the id of an image version`,
      "…/resourceGroups/<group>/providers/Microsoft.Compute/galleries/<gallery>/images/<definition>/versions/<version>",
    ),
  );
  return {};
}

interface NameRule {
  form: RegExp;
  most: number;
  /** What the name may be, for people. */
  words: string;
}

/** Azure's naming rules for each part of a version's id. */
const RULES: Record<Exclude<keyof Names, "version">, NameRule> = {
  subscriptionId: { form: /^/, most: 90, words: "a subscription's id" },
  resourceGroup: {
    form: /[^.]$/,
    most: 90,
    words: "letters, digits, _ . - ( ), no dot at the end, at most 90",
  },
  gallery: {
    form: /^[A-Za-z0-9]([\w.]*[A-Za-z0-9])?$/,
    most: 80,
    words: "letters, digits, _ and . between letters or digits, at most 80",
  },
  definition: {
    form: /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/,
    most: 80,
    words: "letters, digits, _ . - between letters or digits, at most 80",
  },
};

/** What is wrong with a version's name; undefined for a sound one. */
function wrongVersion(version: string): { why: string; action: string } | undefined {
  if (!isVersionName(version)) return { why: VERSION_FORMAT, action: "correct it" };
  const name = withoutLeadingZeros(version);
  return name === version ? undefined : { why: LEADING_ZEROS, action: `write ${name}` };
}

/** Those names that Azure could have; a problem for each other. */
function soundNames(
  given: { [K in keyof Names]?: string | undefined },
  at: (name: keyof Names) => string,
  problems: Problem[],
): Partial<Names> {
  const sound: Partial<Names> = {};
  const { version } = given;
  for (const name of ["subscriptionId", "resourceGroup", "gallery", "definition"] as const) {
    const text = given[name];
    const { form, most, words } = RULES[name];
    if (text === undefined) continue;
    if (isResourceName(text) && form.test(text) && text.length <= most) sound[name] = text;
    else
      problems.push(
        problem(
          at(name),
          "InvalidName",
          `"${text}" is no ${name} that Azure takes: ${words}`,
          "correct it",
        ),
      );
  }
  if (version === undefined) return sound;
  const wrong = wrongVersion(version);
  if (wrong === undefined) return { ...sound, version };
  const message = `"${version}": ${wrong.why}`;
  problems.push(problem(at("version"), "InvalidVersionName", message, wrong.action));
  return sound;
}
