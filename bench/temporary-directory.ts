import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives `work` a directory of its own, and removes it afterwards, also when the process exits meanwhile. */
export async function inTemporaryDirectory<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), "gallery-publisher-bench-"));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await work(path);
  } finally {
    process.off("exit", remove);
    remove();
  }
}
