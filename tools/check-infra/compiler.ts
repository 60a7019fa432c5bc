import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isInstalled, run, type Ran } from "../run-program";

/** The package's version stands in infra/tools/bicep.csproj; this is the program in it. */
const SHA256 = "0ab9de90c2493f206f8281bae74f9ee2d5ed3605548dab1adf41fef185e1f7c5";
const PROJECT = "infra/tools/bicep.csproj";
const PACKAGE = "infra/tools/packages/azure.bicep.commandline.linux-x64";

/** The compiler that the project pins, or why it can't be had here. */
export type FoundCompiler =
  { kind: "found"; compiler: Compiler } | { kind: "notHere"; reason: string };

/** Runs the compiler with arguments, in a folder of choice. */
export type Compiler = ((args: string[], env?: NodeJS.ProcessEnv) => Promise<Ran>) & {
  program: string;
};

/** Without these it prints a banner, and looks for libraries of languages that it doesn't need. */
const QUIET = {
  DOTNET_CLI_TELEMETRY_OPTOUT: "1",
  DOTNET_NOLOGO: "1",
  DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1",
};

/**
 * Brings the pinned compiler from NuGet, by the SDK's own restore. Its hash says that it is the right one, so one that
 * is there already needs no restore, which takes seconds.
 * @throws {Error} when the restore fails, or the program isn't the pinned one
 */
export async function findCompiler(): Promise<FoundCompiler> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return {
      kind: "notHere",
      reason: `the compiler is pinned for linux-x64, this is ${process.platform}-${process.arch}`,
    };
  if (!isInstalled("dotnet"))
    return { kind: "notHere", reason: "the .NET SDK, which brings the compiler, isn't installed" };
  const program = programPath();
  if (!existsSync(program) || hashOf(program) !== SHA256) await restore();
  return { kind: "found", compiler: createCompiler(pinned(program)) };
}

async function restore(): Promise<void> {
  const { code, stdout } = await run("dotnet", ["restore", PROJECT, "-v", "q"], QUIET);
  if (code !== 0) throw new Error(`dotnet restore ${PROJECT} ended with ${code}: ${stdout}`);
}

function programPath(): string {
  const version = /Version="\[([\d.]+)\]"/.exec(readFileSync(PROJECT, "utf8"))?.[1];
  if (version === undefined) throw new Error(`${PROJECT} pins no version`);
  return join(PACKAGE, version, "tools/bicep");
}

const hashOf = (program: string): string =>
  createHash("sha256").update(readFileSync(program)).digest("hex");

/** @throws {Error} when the program isn't the one whose hash is kept here */
export function pinned(program: string, sha256 = SHA256): string {
  const found = hashOf(program);
  if (found !== sha256) throw new Error(`${program} has the SHA-256 ${found}, not ${sha256}`);
  chmodSync(program, 0o755);
  return program;
}

function createCompiler(program: string): Compiler {
  const compile = (args: string[], env = {}): Promise<Ran> =>
    run(program, args, { ...QUIET, ...env });
  return Object.assign(compile, { program });
}
