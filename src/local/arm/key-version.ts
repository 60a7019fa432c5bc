import { createHash } from "node:crypto";

/**
 * The name of a key's current version.
 * @param keyUri without a version
 */
export const currentVersion = (keyUri: string): string =>
  createHash("sha256").update(keyUri.toLowerCase()).digest("hex").slice(0, 32);
