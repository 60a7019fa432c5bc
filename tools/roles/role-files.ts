import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Files of `infra/modules/roles`, in the order of the documents. */
export const ROLES = [
  "reader",
  "writer",
  "sources",
  "vhd-sources",
  "verifier",
  "key-reader",
  "builder",
] as const;
export type RoleName = (typeof ROLES)[number];

/** A custom role of the app, with the call that needs each action. */
export interface RoleFile {
  name: string;
  scope: string;
  description: string;
  actions: { action: string; call: string; why: string }[];
}

/** Every role as it is deployed; a check of the infrastructure holds the compiled ones against these files. */
export const readRoles = (root = "."): Record<RoleName, RoleFile> =>
  Object.fromEntries(
    ROLES.map((name) => {
      const path = join(root, `infra/modules/roles/${name}.json`);
      return [name, JSON.parse(readFileSync(path, "utf8")) as RoleFile];
    }),
  ) as Record<RoleName, RoleFile>;
