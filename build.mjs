// Bundles the function app as it is deployed (dist/main.js) and the programs that only serve
// development: the embedded stack (dist/local) and the demo (dist/cli).
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { writePackage } from "./tools/deployed-package.mjs";

/** Builds only where nothing is built: what runs beside a stack must not change its programs. */
if (process.argv.includes("--missing") && existsSync("dist/local/stack/control.js"))
  process.exit(0);

const quiet = process.argv.includes("--quiet") || process.argv.includes("--missing");
/** The Node major that Azure runs; `engines`, this target and the infrastructure must agree. */
const deployedNode = readFileSync(
  new URL(".node-version-deployed", import.meta.url),
  "utf8",
).trim();

// Quiet builds run before a command that may be running twice: they replace, they don't clean.
if (!quiet) rmSync("dist", { recursive: true, force: true });
const common = {
  bundle: true,
  platform: "node",
  format: "cjs",
  sourcemap: "linked",
  metafile: true,
  logLevel: quiet ? "error" : "warning",
};

const app = await build({
  ...common,
  entryPoints: { main: "src/main.ts" },
  outdir: "dist",
  target: `node${deployedNode}`,
  // Supplied by the Functions worker (or by the local host); a bundled copy would be a second app.
  external: ["@azure/functions-core"],
});
writeFileSync("dist/main.meta.json", JSON.stringify(app.metafile));
writePackage("dist/azure", process.env["DURABLE_TASK_SCHEDULER"] === "true");

const programs = [
  "stack",
  "storage",
  "identity",
  "arm",
  "service-bus",
  "functions-host",
  "stack/control",
];
await build({
  ...common,
  entryPoints: {
    ...Object.fromEntries(
      programs
        .filter((name) => existsSync(`src/local/${name}/main.ts`))
        .map((name) => [`local/${name}`, `src/local/${name}/main.ts`]),
    ),
    // The process that the host runs the function app in.
    "local/functions-worker": "src/local/functions-host/worker-main.ts",
  },
  outdir: "dist",
  target: "node24",
  packages: "external",
});
const tools = {
  "cli/demo": "src/cli/demo.ts",
  "cli/tour": "src/cli/tour/main.ts",
  "tools/chaos": "tools/chaos/main.ts",
  "tools/check-infra": "tools/check-infra/main.ts",
  "tools/check-queue": "tools/check-queue/main.ts",
  "tools/check-snippets": "tools/check-snippets/main.ts",
  "tools/check-spec": "tools/check-spec/main.ts",
  "tools/fuzz-admission": "tools/fuzz-admission/main.ts",
  "bench/main": "bench/main.ts",
};
await build({
  ...common,
  entryPoints: Object.fromEntries(Object.entries(tools).filter(([, source]) => existsSync(source))),
  outdir: "dist",
  target: "node24",
  packages: "external",
});

if (!quiet) {
  const bytes = app.metafile.outputs["dist/main.js"].bytes;
  console.log(`dist/main.js ${(bytes / 1e6).toFixed(1)} MB`);
}
