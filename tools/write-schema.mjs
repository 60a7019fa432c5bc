// Writes the JSON Schemas of docs/ from the code; tests tell when they are out of date.
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { build } from "esbuild";
import { format } from "prettier";

async function load(entry) {
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
  });
  const source = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${source}`);
}

async function write(document, schema) {
  const text = await format(JSON.stringify(schema), { parser: "json", printWidth: 100 });
  writeFileSync(document, text);
}

const { requestJsonSchema } = await load("src/domain/request/json-schema.ts");
const { schedulesJsonSchema } = await load("src/domain/schedule/json-schema.ts");
await write("docs/request.schema.json", requestJsonSchema());
await write("docs/schedules.schema.json", schedulesJsonSchema());
