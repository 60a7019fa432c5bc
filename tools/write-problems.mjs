// Writes the tables of docs/problems.md from the code; a test tells when they are out of date.
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { format } from "prettier";

const DOCUMENT = "docs/problems.md";
const bundle = await build({
  entryPoints: ["tools/problems/tables.ts"],
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
});
const source = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
const { withTables } = await import(`data:text/javascript;base64,${source}`);
const text = await format(withTables(readFileSync(DOCUMENT, "utf8")), { parser: "markdown" });
writeFileSync(DOCUMENT, text);
