import { HostJsonError, parseHostJson } from "../../../src/local/functions-host/host-json";

const parse = (value: unknown, settings = {}) => parseHostJson(JSON.stringify(value), settings);

function mistakesOf(value: unknown, settings = {}): readonly string[] {
  try {
    parse(value, settings);
  } catch (error) {
    if (error instanceof HostJsonError) return error.mistakes;
    throw error;
  }
  return [];
}

test("an empty host.json has Azure's defaults", () => {
  expect(parse({ version: "2.0" })).toEqual({
    routePrefix: "api",
    maxOutstandingRequests: Infinity,
    functionTimeoutMs: 1_800_000,
    serviceBus: { maxConcurrentCalls: 16, maxAutoLockRenewalMs: 300_000 },
    durable: {
      hubName: "TestHubName",
      maxConcurrentActivities: 10,
      maxConcurrentOrchestrators: 5,
      defaultVersion: undefined,
    },
  });
});

test("every setting that is supported is taken", () => {
  const settings = parse({
    version: "2.0",
    functionTimeout: "1.02:03:04.5",
    logging: { logLevel: { default: "Information" } },
    extensionBundle: { id: "x", version: "[4.*, 5.0.0)" },
    extensions: {
      http: { routePrefix: "/v1/", maxOutstandingRequests: 7 },
      serviceBus: { maxConcurrentCalls: 3, maxAutoLockRenewalDuration: "00:01:00" },
      durableTask: {
        hubName: "Hub",
        maxConcurrentActivityFunctions: 2,
        maxConcurrentOrchestratorFunctions: 4,
        defaultVersion: "1.0",
        storageProvider: { connectionStringName: "Storage", maxQueuePollingInterval: "00:00:10" },
      },
    },
  });
  expect(settings).toEqual({
    routePrefix: "v1",
    maxOutstandingRequests: 7,
    functionTimeoutMs: 93_784_500,
    serviceBus: { maxConcurrentCalls: 3, maxAutoLockRenewalMs: 60_000 },
    durable: {
      hubName: "Hub",
      maxConcurrentActivities: 2,
      maxConcurrentOrchestrators: 4,
      defaultVersion: "1.0",
    },
  });
});

test("all mistakes are told at once, and a setting that would not be honoured is one", () => {
  const mistakes = mistakesOf({
    version: "3.0",
    functionTimeout: "ten minutes",
    extensions: {
      http: { hsts: { isEnabled: true } },
      serviceBus: { maxConcurrentCalls: 0, sessionIdleTimeout: "00:01:00" },
      durableTask: { hubName: "my-hub" },
      cosmosDB: { connectionMode: "Gateway" },
    },
  });
  expect(mistakes).toEqual([
    'version: must be "2.0"',
    'functionTimeout: must be a time span "hh:mm:ss"',
    "extensions.serviceBus.maxConcurrentCalls: must be a positive whole number",
    'extensions.durableTask.hubName: "my-hub" must be 3 to 45 letters and digits and begin with a letter',
    "extensions.http.hsts.isEnabled: this host does not support the setting",
    "extensions.serviceBus.sessionIdleTimeout: this host does not support the setting",
    "extensions.cosmosDB.connectionMode: this host does not support the setting",
  ]);
});

test("text that is not JSON is refused with the reason", () => {
  expect(() => parseHostJson("{", {})).toThrow(/it is not JSON/);
});

test("app settings override host.json and fill its placeholders", () => {
  const settings = parse(
    { version: "2.0", extensions: { durableTask: { hubName: "%HUB%" } } },
    {
      HUB: "FromSetting",
      AzureFunctionsJobHost__functionTimeout: "00:00:05",
      AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls: "2",
    },
  );
  expect(settings.durable.hubName).toBe("FromSetting");
  expect(settings.functionTimeoutMs).toBe(5000);
  expect(settings.serviceBus.maxConcurrentCalls).toBe(2);
});

test("a placeholder without an app setting is named", () => {
  const host = { version: "2.0", extensions: { durableTask: { hubName: "%HUB%" } } };
  expect(mistakesOf(host)).toEqual([
    "extensions.durableTask.hubName: the app setting HUB (named as %HUB%) is not set",
  ]);
});
