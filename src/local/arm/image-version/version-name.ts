import { invalidVersionName } from "./refusals";

const LARGEST_PART = 2_147_483_647;

/** @throws {ArmError} when the name isn't Major.Minor.Patch with parts that fit in 32 bits */
export function checkVersionName(name: string): void {
  const parts = /^(\d{1,10})\.(\d{1,10})\.(\d{1,10})$/.exec(name)?.slice(1) ?? [];
  if (parts.length !== 3 || parts.some((part) => Number(part) > LARGEST_PART))
    throw invalidVersionName();
}
