// Writes the tables of roles in infra/README.md from infra/modules/roles; a test tells when they are out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { load } from "./load-typescript.mjs";

const README = "infra/README.md";
const FILES = ["reader", "writer", "sources", "verifier", "key-reader", "builder"];

const roles = FILES.map((name) =>
  JSON.parse(readFileSync(`infra/modules/roles/${name}.json`, "utf8")),
);
const { withRoleTables } = await load("tools/check-infra/role-table.ts");
const text = withRoleTables(readFileSync(README, "utf8"), roles);
writeFileSync(README, await format(text, { parser: "markdown", printWidth: 100 }));
