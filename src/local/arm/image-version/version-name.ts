import { invalidVersionName } from "./refusals";

const LARGEST_PART = 2_147_483_647;

/** Whether a name is Major.Minor.Patch with parts that fit in 32 bits. */
export function isVersionName(name: string): boolean {
  const parts = /^(\d{1,10})\.(\d{1,10})\.(\d{1,10})$/.exec(name)?.slice(1) ?? [];
  return parts.length === 3 && parts.every((part) => Number(part) <= LARGEST_PART);
}

/** @throws {ArmError} when a version can't have the name */
export function checkVersionName(name: string): void {
  if (!isVersionName(name)) throw invalidVersionName();
}
