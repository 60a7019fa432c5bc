import { readReference } from "../encryption/reference";
import type { Problem } from "../problem";
import type { RegionName } from "../region-name";
import type { Touched } from "./allow-list";
import type { DiskEncryptionSetReference } from "./publish-request";

/** Stands where a set should; the request is refused for its lack. */
export const NO_SET: DiskEncryptionSetReference = { kind: "name", name: "" };

/** Reads sets of one region; what is found goes to the request's problems, and each use is kept. */
export interface DiskReader {
  uses: Touched["uses"];
  /** @param below path under the region's `encryption` */
  report(below: string, found: (path: string, region: RegionName) => Problem): void;
  use(reference: DiskEncryptionSetReference, below: string): void;
  readSet(text: string, below: string): DiskEncryptionSetReference;
}

/** @param path of the region's `encryption` */
export function createDiskReader(
  region: RegionName,
  path: string,
  problems: Problem[],
): DiskReader {
  const reader: DiskReader = {
    uses: [],
    report: (below, found) => problems.push(found(`${path}.${below}`, region)),
    use: (reference, below) => reader.uses.push({ reference, path: `${path}.${below}`, region }),
    readSet(text, below) {
      const result = readReference(text, `${path}.${below}`);
      if ("problem" in result) {
        problems.push({ ...result.problem, region });
        return NO_SET;
      }
      reader.use(result.reference, below);
      return result.reference;
    },
  };
  return reader;
}
