import { LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import { StartError } from "../../program";
import { isObject, type JsonObject } from "../json";
import { faultSchema, type Fault } from "./fault-schema";
import { Mistakes } from "./mistakes";
import { behaviourSchema, timingSchema, type Behaviour, type Timing } from "./settings";
import { throttlingSchema, type ThrottlingSettings } from "./throttling-schema";
import { resolveWorld, type WorldRecords } from "./world-records";
import { ENTRY_SCHEMAS } from "./world-schema";

/** A world file, checked: what exists at the beginning, and how the service behaves. */
export interface WorldFile extends WorldRecords {
  timing: Timing;
  behaviour: Behaviour;
  throttling: ThrottlingSettings;
  faults: Fault[];
  /** Reports a mistake that only shows when existing versions are created. */
  mistakes: Mistakes;
}

/** An entry of a list that has the right form, with its place in the list. */
export interface Parsed<T> {
  index: number;
  entry: T;
}
/** An entry with mistakes of form: what it refers to is checked all the same. */
export interface Broken {
  list: string;
  index: number;
  value: JsonObject;
}
type EntrySchemas = typeof ENTRY_SCHEMAS;
export type ParsedLists = { [K in keyof EntrySchemas]: Parsed<z.infer<EntrySchemas[K]>>[] };

/** The Service Bus stand-in reads and checks `serviceBus` itself. */
const SECTIONS = [
  "clock",
  "behaviour",
  "throttling",
  "faults",
  "serviceBus",
  ...Object.keys(ENTRY_SCHEMAS),
];

/**
 * Reads a world file.
 * @param file only for messages
 * @throws {StartError} with every mistake and its line
 */
export function readWorldFile(text: string, file: string): WorldFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistakes = new Mistakes(file, document, lines);
  for (const error of document.errors)
    mistakes.addAtLine(lines.linePos(error.pos[0]).line, error.message);
  if (mistakes.any) throw new StartError(mistakes.report());
  const root: unknown = document.toJS();
  if (!isObject(root)) throw new StartError(`${file}:1: a world file is a YAML map`);
  for (const key of Object.keys(root))
    if (!SECTIONS.includes(key))
      mistakes.addIssues(
        [],
        root,
        [{ code: "unrecognized_keys", keys: [key], path: [], message: "" }],
        SECTIONS,
      );
  const timing = section(mistakes, root, "clock", timingSchema);
  const behaviour = section(mistakes, root, "behaviour", behaviourSchema);
  const throttling = section(mistakes, root, "throttling", throttlingSchema);
  const faults = list(mistakes, root, "faults", faultSchema).map(({ entry }) => entry);
  const broken: Broken[] = [];
  const records = resolveWorld(entries(mistakes, root, broken), broken, mistakes, root);
  if (mistakes.any || timing === undefined || behaviour === undefined || throttling === undefined)
    throw new StartError(mistakes.report());
  return { ...records, timing, behaviour, throttling, faults, mistakes };
}

function section<T>(
  mistakes: Mistakes,
  root: JsonObject,
  name: string,
  schema: z.ZodObject & z.ZodType<T>,
): T | undefined {
  const value = root[name] ?? {};
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  mistakes.addIssues([name], value, parsed.error.issues, Object.keys(schema.shape));
  return undefined;
}

/** Entry by entry, so that one bad entry doesn't hide what is wrong with the next. */
function list<T>(
  mistakes: Mistakes,
  root: JsonObject,
  name: string,
  schema: z.ZodObject & z.ZodType<T>,
  broken: Broken[] = [],
): Parsed<T>[] {
  const values = root[name] ?? [];
  if (!Array.isArray(values)) {
    mistakes.add([name], "must be a list");
    return [];
  }
  return values.flatMap((value: unknown, index) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return [{ index, entry: parsed.data }];
    mistakes.addIssues([name, index], value, parsed.error.issues, Object.keys(schema.shape));
    if (isObject(value)) broken.push({ list: name, index, value });
    return [];
  });
}

function entries(mistakes: Mistakes, root: JsonObject, broken: Broken[]): ParsedLists {
  const of = <T>(name: string, schema: z.ZodObject & z.ZodType<T>): Parsed<T>[] =>
    list(mistakes, root, name, schema, broken);
  return {
    subscriptions: of("subscriptions", ENTRY_SCHEMAS.subscriptions),
    identities: of("identities", ENTRY_SCHEMAS.identities),
    regions: of("regions", ENTRY_SCHEMAS.regions),
    policies: of("policies", ENTRY_SCHEMAS.policies),
    resourceGroups: of("resourceGroups", ENTRY_SCHEMAS.resourceGroups),
    galleries: of("galleries", ENTRY_SCHEMAS.galleries),
    definitions: of("definitions", ENTRY_SCHEMAS.definitions),
    diskEncryptionSets: of("diskEncryptionSets", ENTRY_SCHEMAS.diskEncryptionSets),
    images: of("images", ENTRY_SCHEMAS.images),
    snapshots: of("snapshots", ENTRY_SCHEMAS.snapshots),
    disks: of("disks", ENTRY_SCHEMAS.disks),
    virtualMachines: of("virtualMachines", ENTRY_SCHEMAS.virtualMachines),
    imageTemplates: of("imageTemplates", ENTRY_SCHEMAS.imageTemplates),
    keyVaults: of("keyVaults", ENTRY_SCHEMAS.keyVaults),
    storageAccounts: of("storageAccounts", ENTRY_SCHEMAS.storageAccounts),
    vhds: of("vhds", ENTRY_SCHEMAS.vhds),
    versions: of("versions", ENTRY_SCHEMAS.versions),
  };
}
