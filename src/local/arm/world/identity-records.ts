import type { Identity } from "../access/rights";
import { DEFAULT_IDENTITIES, type IdentityEntry } from "./identity-schema";
import type { FilePath, Mistakes } from "./mistakes";
import type { Parsed } from "./world-file";

/** What must not be shared by two identities. */
const UNIQUE = ["name", "appId", "objectId"] as const;

/**
 * The identities of a world; the default ones where the file has no such list.
 * @param tenantId of those that name none
 */
export function resolveIdentities(
  parsed: Parsed<IdentityEntry>[],
  given: boolean,
  tenantId: string,
  mistakes: Mistakes,
): Identity[] {
  for (const member of UNIQUE)
    reportTwice(mistakes, parsed, member, (entry) => entry[member].toLowerCase());
  reportTwice(mistakes, parsed, "managedIdentity", ({ managedIdentity }) =>
    managedIdentity === "systemAssigned" ? managedIdentity : undefined,
  );
  const entries = given ? parsed.map(({ entry }) => entry) : DEFAULT_IDENTITIES;
  return entries.map((entry) => ({ ...entry, tenantId: entry.tenantId ?? tenantId }));
}

function reportTwice(
  mistakes: Mistakes,
  parsed: Parsed<IdentityEntry>[],
  member: keyof IdentityEntry,
  valueOf: (entry: IdentityEntry) => string | undefined,
): void {
  const seen = new Set<string>();
  for (const { index, entry } of parsed) {
    const value = valueOf(entry);
    const path: FilePath = ["identities", index, member];
    if (value !== undefined && seen.has(value)) mistakes.add(path, `"${value}" is there twice`);
    if (value !== undefined) seen.add(value);
  }
}
