import { join } from "node:path";
import { inFolder, run } from "../run-program";
import { changedSnapshot } from "./bicep";
import { findCompiler, type Compiler } from "./compiler";
import { DEPLOYMENTS } from "./repository";
import { INFRA, withCompiler, withoutCompiler, type Step } from "./steps";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

void main();

/** Checks `infra/`; with `--update` writes the snapshots first, to be looked at like code. */
async function main(): Promise<void> {
  const begin = Date.now();
  const found = await findCompiler();
  if (found.kind === "found") {
    say(`${seconds(begin)} the pinned compiler, from NuGet`);
    if (process.argv.includes("--update")) await update(found.compiler);
    await inFolder(async (scratch) => check(withCompiler(found.compiler, scratch)));
  }
  await check(withoutCompiler);
  if (found.kind === "found") await check([{ name: "bad files are told", run: badFiles }]);
  else notRun(found.reason);
  say(`${seconds(begin)} in all`);
}

async function update(compiler: Compiler): Promise<void> {
  for (const name of DEPLOYMENTS)
    await changedSnapshot(compiler, join(INFRA, `parameters/${name}.bicepparam`), "overwrite");
}

/** Two at a time: the compiler is alone on one core for most of its. */
async function check(steps: readonly Step[]): Promise<void> {
  const waiting = [...steps];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await take(step);
  };
  await Promise.all([work(), work()]);
}

async function take({ name, run: find }: Step): Promise<void> {
  const begin = Date.now();
  const wrong = await find();
  say(`${seconds(begin)} ${name}${wrong.length === 0 ? "" : `: ${wrong.length} wrong`}`);
  for (const line of wrong) say(`         ${line}`);
  if (wrong.length > 0) process.exitCode = 1;
}

/** Files with a mistake each, which the compiler's steps must tell. */
async function badFiles(): Promise<string[]> {
  const jest = ["--config", "jest.infra.config.cjs", "--maxWorkers=2"];
  const { code, stderr } = await run("npx", ["--no-install", "jest", ...jest]);
  return code === 0 ? [] : [`jest ended with ${code}`, ...stderr.split("\n").slice(-60)];
}

function notRun(reason: string): void {
  say(`NOT RUN: format, lint, build, snapshots and bad files: ${reason}`);
  // CI has what it takes, so there it is a mistake.
  if (process.env["CI"] === "true") process.exitCode = 1;
}

const seconds = (begin: number): string =>
  `${((Date.now() - begin) / 1000).toFixed(1).padStart(6)} s`;
