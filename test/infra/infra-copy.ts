import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyInfra } from "../../tools/check-infra/bicep";
import { findCompiler, type Compiler } from "../../tools/check-infra/compiler";

/** Files that the templates read beside their own folder. */
const BESIDE = ["host.json", ".node-version-deployed"];

/** The pinned compiler; the tests fail where it can't be had. */
export function pinnedCompiler(): () => Compiler {
  let compiler: Compiler | undefined;
  beforeAll(async () => {
    const found = await findCompiler();
    if (found.kind === "notHere") throw new Error(found.reason);
    compiler = found.compiler;
  });
  return () => {
    if (compiler === undefined) throw new Error("there is no compiler yet");
    return compiler;
  };
}

/** A copy of `infra` for each test, to make mistakes in. */
export class InfraCopy {
  readonly scratch = mkdtempSync(join(tmpdir(), "bad-infra-"));
  readonly folder = copyInfra("infra", join(this.scratch, "infra"));

  constructor() {
    for (const name of BESIDE) copyFileSync(name, join(this.scratch, name));
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** @throws {Error} when the file has nothing of the kind: the mistake wouldn't be one */
  change(name: string, ...changes: [from: string, to: string][]): void {
    let text = readFileSync(this.file(name), "utf8");
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`${name} has no "${from}"`);
      text = text.replace(from, to);
    }
    writeFileSync(this.file(name), text);
  }
}

export function useInfraCopy(): Pick<InfraCopy, "scratch" | "folder" | "file" | "change"> {
  let copy: InfraCopy | undefined;
  const now = (): InfraCopy => {
    if (copy === undefined) throw new Error("there is no copy yet");
    return copy;
  };
  beforeEach(() => (copy = new InfraCopy()));
  afterEach(() => rmSync(now().scratch, { recursive: true }));
  return {
    get scratch() {
      return now().scratch;
    },
    get folder() {
      return now().folder;
    },
    file: (name) => now().file(name),
    change: (name, ...changes) => now().change(name, ...changes),
  };
}
