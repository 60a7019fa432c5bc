import type { ConfigDocument, Path } from "./config-document";

/** A name in a document that may still have mistakes. */
interface FoundName {
  name: string;
  document: ConfigDocument;
  path: Path;
}

/** Adds a mistake for every name that is taken. Names ignore letter case. */
export function reportDuplicateNames(documents: ConfigDocument[]): void {
  const topics = documents.flatMap((document) => namesIn(document, ["topics"]));
  // Queues and topics share one set of names, over all files.
  reportIn([...documents.flatMap((document) => namesIn(document, ["queues"])), ...topics]);
  for (const topic of topics) {
    const subscriptions = namesIn(topic.document, [...topic.path.slice(0, -1), "subscriptions"]);
    reportIn(subscriptions);
    for (const { document, path } of subscriptions)
      reportIn(namesIn(document, [...path.slice(0, -1), "rules"]));
  }
}

function reportIn(group: FoundName[]): void {
  const seen = new Map<string, FoundName>();
  for (const found of group) {
    const { name, document, path } = found;
    const first = seen.get(name.toLowerCase());
    if (!first) {
      seen.set(name.toLowerCase(), found);
      continue;
    }
    const line = first.document.lineOf(first.path);
    const where =
      first.document === document ? `line ${line}` : `${first.document.file}, line ${line}`;
    document.add(path, `'${name}' is already defined in ${where}`);
  }
}

function namesIn(document: ConfigDocument, listPath: Path): FoundName[] {
  let list = document.content;
  for (const part of listPath) list = (list as Record<PropertyKey, unknown> | undefined)?.[part];
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) => {
    const name = (item as { name?: unknown } | null)?.name;
    return typeof name === "string" ? [{ name, document, path: [...listPath, index, "name"] }] : [];
  });
}
