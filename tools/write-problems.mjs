// Writes the tables of docs/problems.md and docs/preflight.md from the code; tests tell when they are out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { load } from "./load-typescript.mjs";

async function rewrite(document, change) {
  const text = change(readFileSync(document, "utf8"));
  writeFileSync(document, await format(text, { parser: "markdown" }));
}

const { withTables } = await load("tools/problems/tables.ts");
const { withClauses } = await load("tools/problems/preflight-table.ts");
await rewrite("docs/problems.md", withTables);
await rewrite("docs/preflight.md", withClauses);
