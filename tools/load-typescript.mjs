import { Buffer } from "node:buffer";
import { build } from "esbuild";

/** What a TypeScript file exports. */
export async function load(file) {
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
