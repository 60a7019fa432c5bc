// Writes the tables of docs/telemetry.md from the code; a test tells when they are out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { load } from "./load-typescript.mjs";

const DOCUMENT = "docs/telemetry.md";
const { withLogLines } = await load("tools/telemetry/tables.ts");
const text = withLogLines(readFileSync(DOCUMENT, "utf8"));
writeFileSync(DOCUMENT, await format(text, { parser: "markdown" }));
