import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keysIn } from "./assertions/no-keys";
import { bicepFiles } from "./reached-files";

/** Keys in templates and parameters as they are written, whether or not a deployment that is kept expanded has them. */
export const keysInFiles = (infra: string): string[] =>
  bicepFiles(infra).flatMap((file) =>
    readFileSync(join(infra, file), "utf8")
      .split("\n")
      .flatMap((line, index) => keysIn(`${infra}/${file}:${index + 1}`, line)),
  );
