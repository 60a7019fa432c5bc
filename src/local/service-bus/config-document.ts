import { isNode, LineCounter, parseDocument, type Document } from "yaml";

export type Path = readonly PropertyKey[];

/** Something wrong in a file. */
export interface Mistake {
  file: string;
  line: number;
  text: string;
}

/** A YAML file, or one section of it, that knows its lines. */
export class ConfigDocument {
  readonly mistakes: Mistake[];
  /** An empty object where nothing is given, or nothing can be read. */
  readonly content: unknown;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  /**
   * @param file only named in mistakes
   * @param section a key at the top of the file; without it, all of the file is read.
   */
  constructor(
    text: string,
    readonly file: string,
    readonly section: string | undefined,
  ) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    this.mistakes = this.#document.errors.map((error) => ({
      file,
      line: this.#lines.linePos(error.pos[0]).line,
      text: error.message,
    }));
    const all: unknown = (this.mistakes.length === 0 ? this.#document.toJS() : undefined) ?? {};
    this.content = section === undefined ? all : ((all as Record<string, unknown>)[section] ?? {});
  }

  add(path: Path, text: string): void {
    this.mistakes.push({ file: this.file, line: this.lineOf(path), text });
  }

  /** The line of a value, or of the nearest thing around it that the file has. */
  lineOf(path: Path): number {
    const full = this.section === undefined ? path : [this.section, ...path];
    for (let length = full.length; length > 0; length--) {
      const node = this.#document.getIn(full.slice(0, length), true);
      if (isNode(node) && node.range) return this.#lines.linePos(node.range[0]).line;
    }
    return 1;
  }

  /** A path as people write it. */
  where(path: Path): string {
    const full = this.section === undefined ? path : [this.section, ...path];
    return full
      .map((part, index) =>
        typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`,
      )
      .join("");
  }
}
