// Writes docs/request.schema.json from the code; a test tells when it is out of date.
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { build } from "esbuild";
import { format } from "prettier";

const bundle = await build({
  entryPoints: ["src/domain/request/json-schema.ts"],
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
});
const source = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
const { requestJsonSchema } = await import(`data:text/javascript;base64,${source}`);
const text = await format(JSON.stringify(requestJsonSchema()), {
  parser: "json",
  printWidth: 100,
});
writeFileSync("docs/request.schema.json", text);
