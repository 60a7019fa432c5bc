import { readFileSync } from "node:fs";
import type * as z from "zod";
import { StartError } from "../program";
import { ConfigDocument, type Path } from "./config-document";
import { DEFAULT_CONFIG, namespaceSchema, UNSUPPORTED_SETTINGS } from "./config-schema";
import type { NamespaceSettings } from "./core/namespace";
import { reportDuplicateNames } from "./duplicate-names";

/** The section of the world file that this program reads; all others are none of its business. */
const WORLD_SECTION = "serviceBus";

/** A text to take entities from. */
export interface ConfigSource {
  text: string;
  /** Only named in mistakes. */
  file: string;
  section?: string;
}

/**
 * Reads the entities from YAML files: those of the app, and those that the world file adds.
 * @throws {StartError} with all mistakes at once, each with its line.
 */
export function readConfig(files: {
  config?: string | undefined;
  world?: string | undefined;
}): NamespaceSettings {
  const { config, world } = files;
  return parseConfig(
    config === undefined
      ? { text: DEFAULT_CONFIG, file: "the default configuration" }
      : { text: read(config), file: config },
    ...(world === undefined ? [] : [{ text: read(world), file: world, section: WORLD_SECTION }]),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StartError(`can't read the configuration ${file}: ${(error as Error).message}`);
  }
}

/** The entities of all sources together; `readConfig` says more. */
export function parseConfig(...sources: ConfigSource[]): NamespaceSettings {
  const documents = sources.map(
    (given) => new ConfigDocument(given.text, given.file, given.section),
  );
  const parsed = documents.map((document) => {
    const result = namespaceSchema.safeParse(document.content);
    for (const issue of result.error?.issues ?? []) report(document, issue);
    return result.data;
  });
  reportDuplicateNames(documents);
  const mistakes = documents.flatMap((document) =>
    document.mistakes.sort((one, other) => one.line - other.line),
  );
  if (mistakes.length > 0) {
    const listed = mistakes.map(({ file, line, text }) => `  ${file}:${line}: ${text}`);
    throw new StartError(`the configuration has mistakes:\n${listed.join("\n")}`);
  }
  return {
    queues: parsed.flatMap((settings) => settings?.queues ?? []),
    topics: parsed.flatMap((settings) => settings?.topics ?? []),
  };
}

function report(document: ConfigDocument, issue: z.core.$ZodIssue): void {
  if (issue.code !== "unrecognized_keys")
    return document.add(issue.path, `${document.where(issue.path)}: ${issue.message}`);
  for (const key of issue.keys) {
    const path: Path = [...issue.path, key];
    const text = UNSUPPORTED_SETTINGS.includes(key)
      ? `'${key}' is not supported by the local Service Bus`
      : `unknown setting '${key}'`;
    document.add(path, `${document.where(path)}: ${text}`);
  }
}
