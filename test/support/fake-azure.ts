import { ArmError } from "../../src/azure/arm-error";
import type { ActivityDependencies } from "../../src/activities/dependencies";
import type { ImageVersionState } from "../../src/azure/image-versions";
import type { OperationState } from "../../src/azure/operations";
import {
  sourceFacts,
  type DefinitionFacts,
  type GalleryFacts,
  type ResourceFacts,
} from "../../src/domain/preflight/source-facts";
import { resourcesOf } from "../../src/domain/request/publish-request";
import type { ListedVersion } from "../../src/domain/preflight/check-way-back";
import type { DiskEncryptionSet } from "../../src/domain/encryption/check-set";
import type { KeyFacts, KeyReading } from "../../src/domain/encryption/key-reading";
import { KEY_PERMISSIONS } from "../../src/domain/encryption/key-access";
import type { Fault } from "../../src/domain/fault";
import type { ImageVersionBody } from "../../src/domain/plan/image-version-body";
import { documentPaths } from "../../src/domain/run/document-paths";
import { fingerprint, publicationId } from "../../src/domain/run/identity";
import { createFakeAnnouncer } from "./fake-announcer";
import { createFakeDisks } from "./fake-disks";
import { createFakeDocuments } from "./fake-documents";
import { createFakeNumbers, createFakeRecords } from "./fake-records";
import { accepted, computeId, setId } from "./request-factory";

/** A healthy set in a region, in the customer's resource group. */
export const healthySet = (
  name: string,
  location: string,
  change: Partial<DiskEncryptionSet> = {},
): DiskEncryptionSet => ({
  id: setId(name),
  location,
  encryptionType: "EncryptionAtRestWithCustomerKey",
  provisioningState: "Succeeded",
  tags: {},
  ...change,
});

/** A key that its set can use for long. */
export const healthyKey = (
  principalIds: string[] = ["p"],
  change: Partial<KeyFacts> = {},
): KeyReading => ({
  vault: { kind: "seen", what: { id: "vault", purgeProtection: true, softDelete: true } },
  key: {
    kind: "seen",
    what: {
      enabled: true,
      kty: "RSA",
      keySize: 2048,
      keyOps: ["wrapKey", "unwrapKey"],
      ...change,
    },
  },
  access: {
    kind: "seen",
    what: principalIds.map((principalId) => ({
      principalId,
      permitted: [...KEY_PERMISSIONS],
      conditional: [],
    })),
  },
});

export const armFault = (change: Partial<Fault> = {}): ArmError =>
  new ArmError({ code: "X", advice: "permanent", message: "no", action: "mend it", ...change });

/** Activities' dependencies in memory: what Azure has can be set, what is asked of it is logged. */
export function createFakeAzure() {
  const azure = {
    sets: [] as DiskEncryptionSet[],
    version: undefined as ImageVersionState | undefined,
    /** All of the definition. */
    versions: [] as ListedVersion[],
    operation: undefined as OperationState | undefined,
    gallery: { provisioningState: "Succeeded", sharing: "Private" } as GalleryFacts | undefined,
    definition: {
      osType: "Linux",
      osState: "Generalized",
      hyperVGeneration: "V2",
      features: [],
    } as DefinitionFacts | undefined,
    /** What sources are made of, by lower-case id. */
    resources: new Map<string, ResourceFacts>([
      [
        computeId("images", "myImage", "myResourceGroup").toLowerCase(),
        {
          location: "westus",
          osType: "Linux",
          osState: "Generalized",
          hyperVGeneration: "V2",
          dataLuns: [0],
          diskEncryptionSetIds: [],
        },
      ],
    ]),
    /** What is told of a key, by its URL; healthy where nothing is. */
    keys: new Map<string, KeyReading>(),
    now: new Date("2026-11-24T12:00:00Z"),
    /** Thrown by the next call of this name. */
    trouble: new Map<string, Error>(),
    /** What somebody else does right before the next call of this name. */
    meanwhile: new Map<string, () => void>(),
  };
  const calls: string[] = [];
  const puts: ImageVersionBody[] = [];
  /** Writes that leave the process, in order. */
  const written: string[] = [];
  const away = new Set<string>();
  const ask = (call: string, detail = ""): void => {
    calls.push(detail === "" ? call : `${call} ${detail}`);
    azure.meanwhile.get(call)?.();
    azure.meanwhile.delete(call);
    const error = azure.trouble.get(call);
    azure.trouble.delete(call);
    if (error !== undefined) throw error;
  };
  const write = (what: string): void => {
    if (away.has(what.split(" ")[0] ?? "")) throw new Error(`${what} is away`);
    written.push(what);
  };
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  const documents = createFakeDocuments((path) => write(`document ${path}`));
  const records = createFakeRecords((table) => write(`row ${table}`));
  const numbers = createFakeNumbers(() => write("row numbers"));
  const announcer = createFakeAnnouncer(() => write("event"));
  const disks = createFakeDisks();
  const dependencies: ActivityDependencies = {
    imageVersions: {
      get: async () => {
        ask("version");
        return structuredClone(azure.version);
      },
      list: async () => {
        ask("versions");
        return azure.versions;
      },
      put: async (_image, body) => {
        ask("put");
        puts.push(structuredClone(body));
        return { operationUrl: "https://arm.test/operations/1" };
      },
      delete: async () => {
        ask("delete");
        azure.version = undefined;
      },
      readOperation: async (_image, url) => {
        ask("operation", url);
        return azure.operation;
      },
    },
    encryptionSets: {
      get: async (id) => {
        ask("set", id);
        const set = azure.sets.find((candidate) => same(candidate.id, id));
        return set === undefined
          ? { missing: `ResourceNotFound: The Resource '${id}' was not found.` }
          : { set };
      },
      list: async () => {
        ask("sets");
        return azure.sets;
      },
    },
    keys: () => ({
      read: async (place, principalIds) => {
        ask("key", place.keyName);
        return azure.keys.get(place.keyName) ?? healthyKey(principalIds);
      },
    }),
    sources: {
      gallery: async () => {
        ask("gallery");
        return azure.gallery;
      },
      definition: async () => {
        ask("definition");
        return azure.definition;
      },
      read: async (source) => {
        const resources = resourcesOf(source).map(({ id }) => id.toLowerCase());
        for (const id of resources) ask("source", id);
        return sourceFacts(
          source,
          resources.map((id) => azure.resources.get(id)),
        );
      },
    },
    disks: disks.disks,
    verificationGroup: "Verifications",
    documents,
    records,
    numbers,
    announcer,
    checks: [],
    now: () => azure.now,
    log: () => undefined,
    watch: { minIntervalMs: 10_000, maxIntervalMs: 60_000, stalledAfterMs: 3_600_000 },
  };
  return {
    azure,
    calls,
    puts,
    written,
    /** Kinds of writes that fail: document, row, event. */
    away,
    dependencies,
    documents,
    records,
    numbers,
    announcer,
    disks,
    /** Admits a request as the triggers do, and gives the run that belongs to it. */
    run: async (raw: unknown, runId = "run-1") => {
      const request = accepted(raw);
      const run = {
        publicationId: publicationId(request.image),
        runId,
        requestId: "r-1",
        fingerprint: fingerprint(request),
      };
      await documents.write(documentPaths.request(run.publicationId, run.fingerprint), request);
      written.length = 0;
      return run;
    },
  };
}
