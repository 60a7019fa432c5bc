import { plainText } from "../plain-text";

/** No name of a request is longer; a path stays one that a person reads. */
const LONGEST_NAME = 600;

/** `$.targetRegions[1].name`; a name that isn't plain stands in brackets: `$.tags['cost.center']`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    if (name.length <= LONGEST_NAME && /^[A-Za-z_$][\w$]*$/.test(name)) return `${text}.${name}`;
    return `${text}['${plainText(name.replace(/['\\]/g, "\\$&"), LONGEST_NAME)}']`;
  }, "$");
}

/**
 * True when one of the paths is `path` itself or leads to something that it lies in: what is wrong
 * there is the reason of whatever is wrong here.
 */
export function isWithin(path: string, paths: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = Math.max(lastStep(path, end), 0))
    if (paths.has(path.slice(0, end))) return true;
  return false;
}

const lastStep = (path: string, end: number): number =>
  Math.max(path.lastIndexOf(".", end - 1), path.lastIndexOf("[", end - 1));
