import { ConfigurationError, readSettings } from "../../src/config";

const REQUIRED = {
  ServiceBusConnection: "Endpoint=sb://localhost;SharedAccessKeyName=k;SharedAccessKey=s",
  STORAGE_TABLE_ENDPOINT: "https://a.table.core.windows.net",
  STORAGE_BLOB_ENDPOINT: "https://a.blob.core.windows.net",
};

/** The settings that a refused environment is told about. */
function mistakes(environment: Record<string, string | undefined>): string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message
      .split("\n")
      .slice(1, -1)
      .map((line) => line.trim().split(":")[0] ?? "");
  }
  return [];
}

test("what isn't set has its documented default", () => {
  expect(readSettings(REQUIRED)).toEqual({
    ...REQUIRED,
    ARM_ENDPOINT: "https://management.azure.com",
    ARM_SCOPE: "https://management.azure.com/.default",
    PUBLISH_REQUESTS_QUEUE: "publish-requests",
    PUBLICATION_EVENTS_TOPIC: "publication-events",
    WATCH_MIN_INTERVAL_SECONDS: 10,
    WATCH_MAX_INTERVAL_SECONDS: 120,
    WATCH_STALLED_AFTER_SECONDS: 3600,
    RECONCILE_SCHEDULE: "0 */5 * * * *",
    RECONCILE_SETTLE_SECONDS: 600,
    SCHEDULES_DOCUMENT: "schedules.json",
    MAX_REPLICA_COUNT: 100,
    ADDITIONAL_REGIONS: [],
    ALLOWED_SUBSCRIPTIONS: [],
    ALLOWED_GALLERIES: [],
    ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS: [],
    DISK_ENCRYPTION_SETS_BY_REGION: {},
    VM_SOURCE_WITH_CMK: "reject",
    PLATFORM_MANAGED_KEYS: "reject",
  });
});

test("settings are read from text", () => {
  const settings = readSettings({
    ...REQUIRED,
    WATCH_MIN_INTERVAL_SECONDS: "0.5",
    MAX_REPLICA_COUNT: "50",
    ADDITIONAL_REGIONS: "marswest, Mars East,,",
  });
  expect(settings).toMatchObject({
    WATCH_MIN_INTERVAL_SECONDS: 0.5,
    MAX_REPLICA_COUNT: 50,
    ADDITIONAL_REGIONS: ["marswest", "Mars East"],
  });
});

test("an entry of ALLOWED_GALLERIES that isn't the id of a gallery is a mistake", () => {
  const gallery = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/*";
  expect(mistakes({ ...REQUIRED, ALLOWED_GALLERIES: ` ${gallery} ,` })).toEqual([]);
  expect(mistakes({ ...REQUIRED, ALLOWED_GALLERIES: `${gallery},MyGallery` })).toEqual([
    "ALLOWED_GALLERIES",
  ]);
});

test("sets by region are read from JSON, and a naming template names its region", () => {
  const sets = { westus: "keys/West", "East US 2": "East" };
  expect(
    readSettings({
      ...REQUIRED,
      DISK_ENCRYPTION_SETS_BY_REGION: JSON.stringify(sets),
      DISK_ENCRYPTION_SET_NAME_TEMPLATE: "keys/des-{region}",
    }),
  ).toMatchObject({
    DISK_ENCRYPTION_SETS_BY_REGION: sets,
    DISK_ENCRYPTION_SET_NAME_TEMPLATE: "keys/des-{region}",
  });
});

test.each([
  ["DISK_ENCRYPTION_SETS_BY_REGION", "westus=West"],
  ["DISK_ENCRYPTION_SETS_BY_REGION", '["West"]'],
  ["DISK_ENCRYPTION_SETS_BY_REGION", '{"westus": "a/b/c"}'],
  ["DISK_ENCRYPTION_SET_NAME_TEMPLATE", "des-westus"],
  ["DISK_ENCRYPTION_SET_NAME_TEMPLATE", "a/b/{region}"],
])("%s %s is a mistake", (name, value) => {
  expect(mistakes({ ...REQUIRED, [name]: value })).toEqual([name]);
});

test("the app's identity serves instead of a connection string", () => {
  const { ServiceBusConnection: _connection, ...storage } = REQUIRED;
  const identity = { ServiceBusConnection__fullyQualifiedNamespace: "a.servicebus.windows.net" };
  expect(mistakes({ ...storage, ...identity })).toEqual([]);
  expect(mistakes(storage)).toEqual(["ServiceBusConnection"]);
});

test("every mistake is told at once", () => {
  expect(
    mistakes({
      ARM_ENDPOINT: "management.azure.com",
      STORAGE_BLOB_ENDPOINT: "ftp://a",
      WATCH_MIN_INTERVAL_SECONDS: "90",
      WATCH_MAX_INTERVAL_SECONDS: "30",
      MAX_REPLICA_COUNT: "many",
    }).sort(),
  ).toEqual([
    "ARM_ENDPOINT",
    "MAX_REPLICA_COUNT",
    "STORAGE_BLOB_ENDPOINT",
    "STORAGE_TABLE_ENDPOINT",
    "ServiceBusConnection",
    "WATCH_MIN_INTERVAL_SECONDS",
  ]);
});

test.each([
  ["WATCH_MIN_INTERVAL_SECONDS", "0"],
  ["WATCH_MAX_INTERVAL_SECONDS", "soon"],
  ["WATCH_STALLED_AFTER_SECONDS", "-1"],
  ["MAX_REPLICA_COUNT", "1.5"],
  ["ARM_SCOPE", ""],
  ["PUBLISH_REQUESTS_QUEUE", ""],
])("%s isn't %j", (name, value) => {
  expect(mistakes({ ...REQUIRED, [name]: value })).toEqual([name]);
});

test("a shortest pause over the longest is a mistake of its own", () => {
  const crossed = { WATCH_MIN_INTERVAL_SECONDS: "90", WATCH_MAX_INTERVAL_SECONDS: "30" };
  expect(mistakes({ ...REQUIRED, ...crossed })).toEqual(["WATCH_MIN_INTERVAL_SECONDS"]);
});

test("a stand-still shorter than the longest pause is a mistake: a region isn't seen to move in between", () => {
  const settings = { ...REQUIRED, WATCH_MAX_INTERVAL_SECONDS: "300" };
  expect(mistakes({ ...settings, WATCH_STALLED_AFTER_SECONDS: "299" })).toEqual([
    "WATCH_STALLED_AFTER_SECONDS",
  ]);
  expect(readSettings({ ...settings, WATCH_STALLED_AFTER_SECONDS: "300" })).toMatchObject({
    WATCH_STALLED_AFTER_SECONDS: 300,
  });
});

test("settings can't be changed once they are read", () => {
  expect(Object.isFrozen(readSettings(REQUIRED))).toBe(true);
});

test("a secret never stands in the message", () => {
  const secret = "Endpoint=sb://x;SharedAccessKey=topsecret";
  try {
    readSettings({ ServiceBusConnection: secret });
    throw new Error("the settings were accepted");
  } catch (error) {
    expect((error as Error).message).not.toContain("topsecret");
  }
});

test.each<[string, Record<string, string>, string[], string?]>([
  [
    "a region twice, in two spellings",
    { westus: "A", "West US": "B" },
    ["DISK_ENCRYPTION_SETS_BY_REGION"],
  ],
  ["two regions", { westus: "A", "West US 2": "B" }, []],
  ["no region", { wesutus: "A" }, ["DISK_ENCRYPTION_SETS_BY_REGION"]],
  ["a region that the settings add", { "Mars West": "A" }, [], "marswest"],
])("a region map that names %s", (_, sets, expected, added = "") => {
  expect(
    mistakes({
      ...REQUIRED,
      ADDITIONAL_REGIONS: added,
      DISK_ENCRYPTION_SETS_BY_REGION: JSON.stringify(sets),
    }),
  ).toEqual(expected);
});
