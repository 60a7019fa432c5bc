import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark, Measurement } from "./benchmark";
import { runToEnd, startProgram } from "./child-program";
import { inTemporaryDirectory } from "./temporary-directory";

/** How long it takes until the deployed bundle, the host with it, and the whole stack are there. */
export function startBenchmark(root: string): Benchmark {
  return {
    name: "start",
    title: "Start",
    explanation:
      "From the start of the process. `dist/main.js` is loaded as the Functions worker does it, until its last function is registered and the process has ended; Node alone is what an empty program takes. The host and the stack: until they say that they are ready, the app being indexed by then.",
    cases: [
      { name: "Node alone", measure: () => timed(root, ["-e", "process.exit(0)"]) },
      {
        name: "dist/main.js, all functions registered",
        measure: () => timed(root, [join(root, "test/architecture/load-bundle.cjs")]),
      },
      { name: "Functions host ready", measure: () => hostReady(root) },
      { name: "whole stack ready", measure: () => stackReady(root) },
    ],
  };
}

async function timed(root: string, args: string[]): Promise<Measurement> {
  const startedAt = performance.now();
  await runToEnd(args, appSettings(root), root);
  return { ms: performance.now() - startedAt };
}

/** Those of the sample: the bundle refuses to start without settings. */
function appSettings(root: string): NodeJS.ProcessEnv {
  const sample = JSON.parse(readFileSync(join(root, "local.settings.sample.json"), "utf8")) as {
    Values: Record<string, string>;
  };
  return { ...sample.Values, NODE_EXTRA_CA_CERTS: "" };
}

async function hostReady(root: string): Promise<Measurement> {
  return inTemporaryDirectory(async (directory) => {
    const program = await startProgram(join(root, "dist/local/functions-host.js"), [
      ...["--app", join(root, "bench/apps/durable"), "--state", join(directory, "state")],
      ...["--log", join(directory, "log")],
    ]);
    await program.end();
    return { ms: program.readyMs };
  });
}

async function stackReady(root: string): Promise<Measurement> {
  return inTemporaryDirectory(async (directory) => {
    const program = await startProgram(join(root, "dist/local/stack.js"), [
      ...["--json-ready", "--free-ports", "--state", directory],
    ]);
    await program.end();
    return { ms: program.readyMs };
  });
}
