import type { Documents } from "../../src/azure/documents";

/** Documents in memory; `stored` is what is there. */
export function createFakeDocuments(beforeWrite: (path: string) => void = () => undefined) {
  const stored = new Map<string, unknown>();
  const documents: Documents = {
    write: async (path, value) => {
      beforeWrite(path);
      stored.set(path, JSON.parse(JSON.stringify(value)));
    },
    read: async <T>(path: string) => structuredClone(stored.get(path)) as T | undefined,
  };
  return { ...documents, stored };
}
