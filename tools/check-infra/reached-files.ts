import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Bicep files of a folder and below, without what the compiler came in. */
export function bicepFiles(infra: string): string[] {
  return readdirSync(infra, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.bicep(param)?$/.test(path) && !path.startsWith("tools/"))
    .sort();
}

/**
 * Files of parameters that no snapshot compiles: an example that somebody puts beside the others counts as
 * a use of what it names, so it has to be one that compiles.
 */
export function parametersToBuild(infra: string, expanded: readonly string[]): string[] {
  const kept = expanded.map((name) => `parameters/${name}.bicepparam`);
  return bicepFiles(infra).filter((file) => file.endsWith(".bicepparam") && !kept.includes(file));
}

/**
 * Files that no deployment reaches: lint and build see what `main` reaches, so a broken file that
 * nobody uses would stay broken unseen.
 */
export function unreached(infra: string): string[] {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(join(infra, file), "utf8");
    for (const [, named] of text.matchAll(
      /^(?:module \S+|using|import .*? from|\} from) '([^']+)'/gms,
    ))
      visit(relative(infra, join(infra, dirname(file), named ?? "")));
  };
  const files = bicepFiles(infra);
  for (const file of files.filter((path) => path.endsWith(".bicepparam"))) visit(file);
  return files
    .filter((file) => !reached.has(file))
    .map((file) => `${file} is used by nothing, so nothing compiles it`);
}
