import { readFileSync } from "node:fs";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import type * as z from "zod";
import { StartError } from "../program";
import { namespaceSchema, UNSUPPORTED_SETTINGS } from "./config-schema";
import type { NamespaceSettings } from "./core/namespace";

interface Mistake {
  line: number;
  text: string;
}

type Path = readonly PropertyKey[];

/**
 * Reads the entities from a YAML file.
 * @throws {StartError} with all mistakes at once, each with its line.
 */
export function readConfig(file: string): NamespaceSettings {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new StartError(`can't read the configuration ${file}: ${(error as Error).message}`);
  }
  return parseConfig(text, file);
}

/** @param file only named in the mistakes. */
export function parseConfig(text: string, file: string): NamespaceSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (path: Path): number => lineOfPath(document, path, lines);
  const mistakes: Mistake[] = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    text: error.message,
  }));
  const content: unknown = mistakes.length > 0 ? {} : (document.toJS() ?? {});
  const result = namespaceSchema.safeParse(content);
  for (const issue of result.error?.issues ?? []) mistakes.push(...describe(issue, lineOf));
  mistakes.push(...duplicateNames(content, lineOf));
  if (mistakes.length > 0 || !result.data) {
    const listed = mistakes
      .sort((a, b) => a.line - b.line)
      .map((mistake) => `  ${file}:${mistake.line}: ${mistake.text}`);
    throw new StartError(`the configuration has mistakes:\n${listed.join("\n")}`);
  }
  return result.data;
}

function describe(issue: z.core.$ZodIssue, lineOf: (path: Path) => number): Mistake[] {
  if (issue.code !== "unrecognized_keys")
    return [{ line: lineOf(issue.path), text: `${where(issue.path)}: ${issue.message}` }];
  return issue.keys.map((key) => ({
    line: lineOf([...issue.path, key]),
    text: UNSUPPORTED_SETTINGS.includes(key)
      ? `${where([...issue.path, key])}: '${key}' is not supported by the local Service Bus`
      : `${where([...issue.path, key])}: unknown setting '${key}'`,
  }));
}

function where(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`,
    )
    .join("");
}

/** Names ignore letter case; queues and topics share one set of names. */
function duplicateNames(content: unknown, lineOf: (path: Path) => number): Mistake[] {
  const topics = namesIn(content, ["topics"]);
  const groups = [
    [...namesIn(content, ["queues"]), ...topics],
    ...topics.map(({ path }) => namesIn(content, [...path.slice(0, -1), "subscriptions"])),
  ];
  return groups.flatMap((group) => {
    const seen = new Map<string, Path>();
    return group.flatMap(({ name, path }) => {
      const first = seen.get(name.toLowerCase());
      seen.set(name.toLowerCase(), first ?? path);
      if (!first) return [];
      return [
        { line: lineOf(path), text: `'${name}' is already defined in line ${lineOf(first)}` },
      ];
    });
  });
}

/** The names in a list of entities that may still have mistakes. */
function namesIn(content: unknown, listPath: Path): { name: string; path: Path }[] {
  let list = content;
  for (const part of listPath) list = (list as Record<PropertyKey, unknown> | undefined)?.[part];
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) => {
    const name = (item as { name?: unknown } | null)?.name;
    return typeof name === "string" ? [{ name, path: [...listPath, index, "name"] }] : [];
  });
}

/** The line of a value, or of the nearest thing around it that the file has. */
function lineOfPath(document: Document, path: Path, lines: LineCounter): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
