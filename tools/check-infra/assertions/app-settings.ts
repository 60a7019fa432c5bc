import { ofType, type Evidence, type Resource } from "../evidence";
import type { Assertion } from "./assertion";

/** Settings that the host, the Durable extension or the Azure SDKs read, never the product. */
export const HOST_SETTINGS = [
  "AzureWebJobsStorage__accountName",
  "AzureWebJobsStorage__credential",
  "AzureWebJobsStorage__clientId",
  "ServiceBusConnection__credential",
  "ServiceBusConnection__clientId",
  "APPLICATION_INSIGHTS_NO_STATSBEAT",
  "AZURE_CLIENT_ID",
  "AZURE_TOKEN_CREDENTIALS",
  "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
];

/** Settings of the product that can't be used in Azure. */
const LOCAL_ONLY = ["ServiceBusConnection"];

/** The Flex Consumption plan refuses these, or is quietly broken by them. */
const FORBIDDEN = new Set(
  [
    "AzureWebJobsStorage",
    "FUNCTIONS_WORKER_RUNTIME",
    "FUNCTIONS_WORKER_RUNTIME_VERSION",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_MAX_HTTP_CONCURRENCY",
    "FUNCTIONS_WORKER_PROCESS_COUNT",
    "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "ENABLE_ORYX_BUILD",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTOVERVNET",
    "WEBSITE_CONTENTSHARE",
    "WEBSITE_SKIP_CONTENTSHARE_VALIDATION",
    "WEBSITE_DNS_SERVER",
    "WEBSITE_VNET_ROUTE_ALL",
    "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
    "WEBSITE_NODE_DEFAULT_VERSION",
    "WEBSITE_MOUNT_ENABLED",
    "WEBSITE_LOAD_CERTIFICATES",
    "WEBSITE_TIME_ZONE",
    "TZ",
  ].map((name) => name.toUpperCase()),
);

/** For the tests: each of them has to be told. */
export const FORBIDDEN_SETTINGS: readonly string[] = [...FORBIDDEN];

/** Site properties with the same fate. */
export const FORBIDDEN_SITE_PROPERTIES = [
  "ftpsState",
  "use32BitWorkerProcess",
  "netFrameworkVersion",
  "functionAppScaleLimit",
  "functionsRuntimeScaleMonitoringEnabled",
];

const isForbidden = (name: string): boolean =>
  FORBIDDEN.has(name.toUpperCase()) || /^WEBSITE_CONTENT/i.test(name);

const isSettings = ({ name }: Resource): boolean => name.endsWith("/appsettings");

function settingsOf(evidence: Evidence): { at: string; keys: string[]; values: unknown }[] {
  return ofType(evidence, "Microsoft.Web/sites/config")
    .filter(({ resource }) => isSettings(resource))
    .map(({ at, resource: { properties = {} } }) => ({
      at,
      keys: Object.keys(properties),
      values: properties,
    }));
}

/** Every key is known to somebody who reads it. */
export const knownSettings: Assertion = {
  name: "app settings known",
  check: (evidence) => {
    const known = new Set([...evidence.repository.productSettings, ...HOST_SETTINGS]);
    const found = settingsOf(evidence);
    if (found.length !== evidence.deployments.length)
      return ["not every deployment has app settings that could be worked out"];
    return found.flatMap(({ at, keys }) =>
      keys
        .filter((key) => !known.has(key) && !isForbidden(key))
        .map((key) => `${at} has ${key}, which neither src/config.ts nor the host knows`),
    );
  },
};

/** Every setting of the product can be deployed: the deployment with every option on has it. */
export const allSettings: Assertion = {
  name: "app settings complete",
  check: (evidence) => {
    const given = new Set(settingsOf(evidence).flatMap(({ keys }) => keys));
    return [...evidence.repository.productSettings, ...HOST_SETTINGS]
      .filter((key) => !given.has(key) && !LOCAL_ONLY.includes(key))
      .map((key) => `no deployment gives the app ${key}`);
  },
};

export const forbiddenSettings: Assertion = {
  name: "app settings allowed",
  check: (evidence) => [
    ...settingsOf(evidence).flatMap(({ at, keys }) =>
      keys.filter(isForbidden).map((key) => `${at} has ${key}, which the plan doesn't take`),
    ),
    ...ofType(evidence, "Microsoft.Web/sites").flatMap(({ at, resource: { properties } }) =>
      forbiddenIn(properties).map((key) => `${at} has ${key}, which the plan doesn't take`),
    ),
  ],
};

function forbiddenIn(properties: Record<string, unknown> = {}): string[] {
  const site = (properties["siteConfig"] ?? {}) as Record<string, unknown>;
  return [
    ...FORBIDDEN_SITE_PROPERTIES.filter((key) => key in properties || key in site),
    ...("appSettings" in site ? ["siteConfig.appSettings"] : []),
  ];
}

/** With a user-assigned identity a connection needs all three of its settings. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  AzureWebJobsStorage: ["accountName", "credential", "clientId"],
  ServiceBusConnection: ["fullyQualifiedNamespace", "credential", "clientId"],
};

/** Connections by identity are whole: with one suffix missing, nothing wakes the app. */
export const wholeConnections: Assertion = {
  name: "connections by identity whole",
  check: (evidence) =>
    settingsOf(evidence).flatMap(({ at, keys, values }) => [
      ...Object.entries(SUFFIXES).flatMap(([connection, suffixes]) =>
        suffixes
          .map((suffix) => `${connection}__${suffix}`)
          .filter((key) => !keys.includes(key))
          .map((key) => `${at} lacks ${key}`),
      ),
      ...Object.entries(values as Record<string, unknown>)
        .filter(([key, value]) => key.endsWith("__credential") && value !== "managedidentity")
        .map(([key, value]) => `${at} has ${key} ${String(value)}, not managedidentity`),
    ]),
};
