// Writes what is made from infra/modules/roles: the tables in infra/README.md and the app's rights in the sample worlds;
// tests tell when they are out of date.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { load } from "./load-typescript.mjs";

const README = "infra/README.md";

const { readRoles } = await load("tools/roles/role-files.ts");
const { withRoleTables } = await load("tools/check-infra/role-table.ts");
const { withAppRights } = await load("tools/roles/world-block.ts");

const roles = readRoles();
const text = withRoleTables(readFileSync(README, "utf8"), Object.values(roles));
writeFileSync(README, await format(text, { parser: "markdown", printWidth: 100 }));

for (const name of readdirSync("samples").filter((file) => /^world.*\.yaml$/.test(file))) {
  const path = `samples/${name}`;
  writeFileSync(path, withAppRights(readFileSync(path, "utf8"), roles));
}
