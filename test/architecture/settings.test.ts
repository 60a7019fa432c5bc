import { existsSync } from "node:fs";
import { join } from "node:path";
import { readSettings, settingsSchema } from "../../src/config";
import { readJson, readText, ROOT } from "./repository";

/** Read by the Functions host, Node or the Azure SDKs, never by the product. */
const HOST_ONLY = [
  "FUNCTIONS_WORKER_RUNTIME",
  "AzureWebJobsStorage",
  "AZURE_CLIENT_ID",
  "AZURE_TOKEN_CREDENTIALS",
  "IDENTITY_ENDPOINT",
  "IDENTITY_HEADER",
  "NODE_EXTRA_CA_CERTS",
];

/** Not in the sample: the other way to name the namespace, and those whose default serves locally. */
const NOT_IN_SAMPLE = [
  "ServiceBusConnection__fullyQualifiedNamespace",
  "SCHEDULES_DOCUMENT",
  "MAX_REPLICA_COUNT",
  "VM_SOURCE_WITH_CMK",
  "PLATFORM_MANAGED_KEYS",
  "DISK_ENCRYPTION_SETS_BY_REGION",
  "DISK_ENCRYPTION_SET_NAME_TEMPLATE",
  "ADDITIONAL_REGIONS",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
];

const inSchema = Object.keys(settingsSchema.shape).sort();
const sample = readJson<{ IsEncrypted: boolean; Values: Record<string, string> }>(
  "local.settings.sample.json",
).Values;

/** Settings of a table in docs/configuration.md: the code in the first column of each row. */
function documented(heading: string): Map<string, string[]> {
  const section = readText("docs/configuration.md").split(/^## /m);
  const text = section.find((part) => part.startsWith(heading));
  if (text === undefined) throw new Error(`docs/configuration.md has no section "${heading}"`);
  const rows = text.split("\n").flatMap((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    const key = /^`([^`]+)`$/.exec(cells[1] ?? "")?.[1];
    return key === undefined ? [] : [[key, cells.slice(2)] as const];
  });
  return new Map(rows);
}

test("docs/configuration.md explains exactly the settings of the schema", () => {
  expect([...documented("Settings of the product").keys()].sort()).toEqual(inSchema);
});

function partition<T>(all: T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

test("docs/configuration.md names each default as the schema has it", () => {
  const rows = documented("Settings of the product");
  const {
    ADDITIONAL_REGIONS: none,
    DISK_ENCRYPTION_SETS_BY_REGION: noSets,
    ...given
  } = settingsSchema.parse({
    STORAGE_TABLE_ENDPOINT: "https://t.example",
    STORAGE_BLOB_ENDPOINT: "https://b.example",
  });
  expect([none, noSets]).toEqual([[], {}]);
  const [lists, defaults] = partition(Object.entries(given), ([key]) => key.startsWith("ALLOWED_"));
  for (const [key, value] of lists)
    expect([key, value, rows.get(key)?.[0]]).toEqual([key, [], "empty: nothing"]);
  const withDefault = defaults.filter(([key]) => !key.startsWith("STORAGE_"));
  expect(withDefault.length).toBeGreaterThan(5);
  for (const [key, value] of withDefault)
    expect([key, rows.get(key)?.[0]]).toEqual([key, `\`${String(value)}\``]);
});

test("docs/configuration.md explains every setting that only the host reads", () => {
  expect([...documented("Settings of the host").keys()]).toEqual(expect.arrayContaining(HOST_ONLY));
});

test("local.settings.sample.json has the settings of the schema and those of the host, no others", () => {
  expect(Object.keys(sample).sort()).toEqual(
    [...inSchema.filter((key) => !NOT_IN_SAMPLE.includes(key)), ...HOST_ONLY].sort(),
  );
});

test("the values of local.settings.sample.json are accepted", () => {
  const settings = readSettings({ ...sample, NODE_EXTRA_CA_CERTS: "" });
  expect(settings).toMatchObject({
    ARM_ENDPOINT: "https://127.0.0.1:8443",
    WATCH_MIN_INTERVAL_SECONDS: 1,
  });
});

describe("host.json", () => {
  interface Tree {
    [name: string]: Tree | string | number | boolean;
  }
  const paths = (tree: Tree, prefix = ""): string[] =>
    Object.entries(tree).flatMap(([name, value]) =>
      typeof value === "object" ? paths(value, `${prefix}${name}.`) : [`${prefix}${name}`],
    );
  const host = readJson<Tree>("host.json");

  test("has only settings that were looked up; a misspelt one would be ignored in silence", () => {
    const known = [
      "version",
      "extensionBundle.id",
      "extensionBundle.version",
      "functionTimeout",
      "telemetryMode",
      "logging.logLevel.default",
      "logging.logLevel.DurableTask",
      "extensions.http.routePrefix",
      "extensions.serviceBus.maxConcurrentCalls",
      "extensions.serviceBus.maxAutoLockRenewalDuration",
      "extensions.durableTask.hubName",
      "extensions.durableTask.defaultVersion",
      "extensions.durableTask.maxConcurrentActivityFunctions",
      "extensions.durableTask.maxConcurrentOrchestratorFunctions",
      "extensions.durableTask.storageProvider.type",
      "extensions.durableTask.storageProvider.maxQueuePollingInterval",
    ];
    expect(paths(host).filter((path) => !known.includes(path))).toEqual([]);
  });

  test("asks for the standard bundle, of one major version", () => {
    expect(host).toMatchObject({
      version: "2.0",
      extensionBundle: { id: "Microsoft.Azure.Functions.ExtensionBundle" },
    });
    const { version } = host["extensionBundle"] as { version: string };
    const [, from, to] = /^\[(\d+)\.[\d*.]+, (\d+)\.0\.0\)$/.exec(version) ?? [];
    expect(Number(to)).toBe(Number(from) + 1);
  });

  test("names a task hub that Azure Storage accepts: a letter, then letters and digits", () => {
    const { durableTask } = host["extensions"] as unknown as { durableTask: { hubName: string } };
    expect(durableTask.hubName).toMatch(/^[A-Za-z][A-Za-z0-9]{2,44}$/);
  });

  test("the samples that the stack starts with exist", () => {
    for (const file of ["samples/world.yaml", "samples/service-bus.yaml"])
      expect(existsSync(join(ROOT, file))).toBe(true);
  });
});
