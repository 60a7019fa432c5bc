import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The member as an object; `{}` where it isn't one. */
export function objectAt(value: unknown, member: string): Json {
  const found = isObject(value) ? value[member] : undefined;
  return isObject(found) ? found : {};
}

/** Where something stands: a file and a JSON pointer in it. */
export interface Place {
  file: string;
  pointer: string;
}

/** A Swagger 2.0 document of the specification. */
export interface SwaggerFile {
  file: string;
  document: Json;
}

/** The files of a copy of the REST specification, and what their references lead to. */
export class SwaggerFiles {
  readonly #documents = new Map<string, Json>();

  constructor(private readonly folder: string) {}

  /**
   * Every Swagger document below the folder, in order of their names.
   * @throws when there is none
   */
  documents(): SwaggerFile[] {
    const found = readdirSync(this.folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".json"))
      .sort()
      .map((path) => join(this.folder, path))
      .map((file) => ({ file, document: this.document(file) }))
      .filter(({ document }) => document["swagger"] === "2.0");
    if (found.length === 0) throw new Error(`${this.folder} holds no Swagger 2.0 document`);
    return found;
  }

  /** @throws when the file isn't a JSON object */
  document(file: string): Json {
    const known = this.#documents.get(file);
    if (known !== undefined) return known;
    const document: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isObject(document)) throw new Error(`${file} holds no JSON object`);
    this.#documents.set(file, document);
    return document;
  }

  /** Where a `$ref` that stands in `from` leads. */
  placeOf(ref: string, from: string): Place {
    const [path = "", pointer = ""] = ref.split("#");
    return { file: path === "" ? from : this.fileOf(path, from), pointer };
  }

  /** @throws when nothing stands there */
  at({ file, pointer }: Place): Json {
    let found: unknown = this.document(file);
    for (const part of pointer.split("/").filter((one) => one !== ""))
      found = isObject(found) ? found[part] : undefined;
    if (!isObject(found)) throw new Error(`${file} has nothing at #${pointer}`);
    return found;
  }

  /** The file that a relative path names, whether or not it is there. */
  fileOf(path: string, from: string): string {
    const beside = join(dirname(from), path);
    if (existsSync(beside)) return beside;
    // A copy may keep files from outside of its folders under one flat name each.
    const flat = join(this.folder, path.replace(/^(\.\.?\/)+/, "").replaceAll("/", "_"));
    return existsSync(flat) ? flat : beside;
  }
}

/** `gallery.json#/definitions/Gallery` as one name: `gallery/Gallery`. */
export const definitionKey = ({ file, pointer }: Place): string =>
  `${basename(file, ".json")}/${pointer.split("/").at(-1) ?? ""}`;
