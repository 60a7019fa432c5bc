import type { Document, LineCounter, Node } from "yaml";
import { isMap, isNode, isPair, isScalar } from "yaml";
import type * as z from "zod";

/** Where something stands in the file: list names, indices, keys. */
export type FilePath = readonly (string | number)[];

/** Collects everything that is wrong with a file, each with its line, to report it at once. */
export class Mistakes {
  readonly #found: { line: number; text: string }[] = [];

  constructor(
    private readonly file: string,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  get any(): boolean {
    return this.#found.length > 0;
  }

  /** A mistake at a path; its line is that of the nearest thing that is there. */
  add(path: FilePath, message: string): void {
    const where = formatPath(path);
    this.addAtLine(this.#lineOf(path), where === "" ? message : `${where}: ${message}`);
  }

  addAtLine(line: number, text: string): void {
    this.#found.push({ line, text });
  }

  /** The mistakes that a schema found in the value at `path`. */
  addIssues(path: FilePath, value: unknown, issues: z.core.$ZodIssue[], known: string[]): void {
    for (const issue of issues) {
      const at = [...path, ...issue.path.map((part) => (typeof part === "symbol" ? "?" : part))];
      if (issue.code !== "unrecognized_keys") {
        this.add(at, sentence(issue, valueAt(value, issue.path)));
        continue;
      }
      for (const key of issue.keys) {
        // Below the entry itself only a schema that names its members can tell.
        const below = /; known here: .*/.exec(issue.message)?.[0] ?? "";
        const hint = issue.path.length === 0 ? `; known here: ${known.join(", ")}` : below;
        this.addAtLine(
          this.#lineOf([...at, key], true),
          `${formatPath([...at, key])}: unknown key${hint}`,
        );
      }
    }
  }

  /** All of it, in the order of lines. */
  report(): string {
    const sorted = [...this.#found].sort((one, other) => one.line - other.line);
    const count = sorted.length === 1 ? "1 mistake" : `${sorted.length} mistakes`;
    return [
      `${count} in ${this.file}:`,
      ...sorted.map(({ line, text }) => `  ${this.file}:${line}: ${text}`),
    ].join("\n");
  }

  #lineOf(path: FilePath, ofKey = false): number {
    for (let length = path.length; length > 0; length--) {
      const node = ofKey || length < path.length ? this.#keyNode(path.slice(0, length)) : undefined;
      const found = node ?? this.document.getIn(path.slice(0, length), true);
      const offset = isNode(found) ? (found as Node).range?.[0] : undefined;
      if (offset !== undefined) return this.lines.linePos(offset).line;
    }
    return 1;
  }

  /** The key itself: the value of a map or a list begins a line later. */
  #keyNode(path: FilePath): Node | undefined {
    const map =
      path.length === 1 ? this.document.contents : this.document.getIn(path.slice(0, -1), true);
    if (!isMap(map)) return undefined;
    const pair = map.items.find(
      (item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1),
    );
    return isScalar(pair?.key) ? pair.key : undefined;
  }
}

const formatPath = (path: FilePath): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`,
    "",
  );

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}

function sentence(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "custom") return issue.message;
  if (value === undefined) return "is missing";
  const shown = JSON.stringify(value);
  if (issue.code === "invalid_value")
    return `${shown} must be one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_type") return `${shown} must be a ${issue.expected}`;
  return `${shown}: ${issue.message}`;
}
