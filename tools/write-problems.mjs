// Writes the tables of docs/problems.md and docs/preflight.md from the code; tests tell when they are out of date.
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { format } from "prettier";

/** What a TypeScript file exports. */
async function load(file) {
  const bundle = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
  });
  const source = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${source}`);
}

async function rewrite(document, change) {
  const text = change(readFileSync(document, "utf8"));
  writeFileSync(document, await format(text, { parser: "markdown" }));
}

const { withTables } = await load("tools/problems/tables.ts");
const { withClauses } = await load("tools/problems/preflight-table.ts");
await rewrite("docs/problems.md", withTables);
await rewrite("docs/preflight.md", withClauses);
