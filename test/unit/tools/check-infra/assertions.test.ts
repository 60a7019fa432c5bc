import { ASSERTIONS } from "../../../../tools/check-infra/assertions/all";
import {
  FORBIDDEN_SETTINGS,
  FORBIDDEN_SITE_PROPERTIES,
} from "../../../../tools/check-infra/assertions/app-settings";
import { at, type Evidence, type Resource } from "../../../../tools/check-infra/evidence";
import { readEvidence } from "../../../../tools/check-infra/repository";

const sound = readEvidence();
const before = new Map(ASSERTIONS.map(({ name, check }) => [name, check(sound)]));
type Change = (evidence: Evidence) => void;

/** Names of the assertions that a change breaks, with what they say of it. */
function told(change: Change): Record<string, string[]> {
  const evidence = structuredClone(sound);
  change(evidence);
  return Object.fromEntries(
    ASSERTIONS.map(({ name, check }): [string, string[]] => {
      const wrong = check(evidence).filter((line) => !before.get(name)?.includes(line));
      return [name, wrong];
    }).filter(([, wrong]) => wrong.length > 0),
  );
}

/** Changes the resources of a type in every deployment: one may lack an option. */
function each(type: string, change: (resource: Resource) => void): Change {
  return ({ deployments }) => {
    const found = deployments.flatMap(({ resources }) =>
      resources.filter((one) => one.type === type),
    );
    if (found.length === 0) throw new Error(`there is no ${type}`);
    for (const one of found) change(one);
  };
}

/** Changes the resources of a type in the deployment with every option on. */
const inAll =
  (type: string, change: (resource: Resource) => void): Change =>
  (evidence) =>
    each(
      type,
      change,
    )({
      ...evidence,
      deployments: evidence.deployments.filter(({ name }) => name === "all"),
    });

/** The object that holds the last member of a path, and that member. */
function placeOf(resource: object, path: string): [holder: Record<string, unknown>, last: string] {
  const members = path.split(".");
  const last = members.pop() ?? "";
  const holder = members.length === 0 ? resource : at(resource, members.join("."));
  if (typeof holder !== "object" || holder === null) throw new Error(`there is no ${path}`);
  return [holder as Record<string, unknown>, last];
}

const put =
  (path: string, value: unknown) =>
  (resource: object): void => {
    const [holder, last] = placeOf(resource, path);
    holder[last] = value;
  };
const remove =
  (path: string) =>
  (resource: object): void => {
    const [holder, last] = placeOf(resource, path);
    delete holder[last];
  };

const settings = (change: (values: object) => void): Change =>
  each("Microsoft.Web/sites/config", ({ properties = {} }) => change(properties));
const role = (kind: "actions" | "dataActions", change: (all: string[]) => string[]): Change =>
  each("Microsoft.Authorization/roleDefinitions", (one) => {
    const path = `properties.permissions.0.${kind}`;
    put(path, change(at(one, path) as string[]))(one);
  });

/** Role assignments that are made elsewhere. */
const assignment = (from: RegExp, to: string): Change =>
  each("Microsoft.Authorization/roleAssignments", (one) => {
    one.id = one.id.replace(from, to);
  });

test("what is kept in the repository passes", () => {
  expect(ASSERTIONS.flatMap(({ name, check }) => check(sound).map((line) => [name, line]))).toEqual(
    [],
  );
});

/** Members of azure.yaml, and what azd would take for another deployment in silence, or tell late. */
const AZD_MISTAKES: [path: string, value: unknown][] = [
  ["infra.provider", "terraform"],
  ["infra.path", "infrastructure"],
  ["infra.module", undefined],
  ["services.publisher.project", "."],
  ["services.publisher.language", "ts"],
  ["services.publisher.host", "appservice"],
  ["services.publisher.remoteBuild", true],
  ["services.publisher.remoteBuild", undefined],
  ["hooks.prepackage", undefined],
  ["hooks.predeploy.posix.run", "npm run typecheck"],
  ["hooks.predeploy.windows.shell", "sh"],
];

/** The id in each place where it is the other one that is meant. */
const CLIENT_SETTINGS = [
  "AzureWebJobsStorage__clientId",
  "ServiceBusConnection__clientId",
  "AZURE_CLIENT_ID",
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
];

/** Puts another principal where the present one is of the kind. */
const principal = (present: RegExp, other: (present: string) => string): Change =>
  each("Microsoft.Authorization/roleAssignments", (one) => {
    const id = String(at(one, "properties.principalId"));
    if (present.test(id)) put("properties.principalId", other(id))(one);
  });

/** The app's principal, as in the deployment with every option on. */
const APP =
  (sound.deployments.find(({ name }) => name === "all")?.resources ?? [])
    .map((one) => String(at(one, "properties.principalId")))
    .find((id) => /-30'\)\.principalId/.test(id)) ?? "";

/** Role assignments to whom they aren't for. */
const HOLDERS: [what: string, change: Change][] = [
  ["the app may use a set's key", principal(/\/id-des-all-/, () => APP)],
  [
    "the app's roles go to its client",
    principal(/-30'\)\.principalId/, (id) => id.replace("principalId", "clientId")),
  ],
  [
    "the key's role goes to the client of the set's identity",
    principal(/tryGet/, (id) => id.replace("principalId", "clientId")),
  ],
  [
    "the key's role goes to the tenant of the set's identity",
    principal(/\.identity\./, (id) => id.replace("principalId", "tenantId")),
  ],
  [
    "the app's roles go to an identity that isn't the deployment's",
    principal(/-30'\)\.principalId/, (id) => id.replace("/id-", "/id-another-")),
  ],
  [
    "the app's roles go to somebody who is named by an id",
    principal(/-30'\)\.principalId/, () => "44444444-4444-4444-4444-444444444444"),
  ],
  [
    "the app's roles go to a set's identity",
    principal(/-30'\)\.principalId/, (id) => id.replace(/\/id-\w+'/, "/id-des-all-westeurope'")),
  ],
];

const QUERY_ALERTS = "Microsoft.Insights/scheduledQueryRules";
const METRIC_ALERTS = "Microsoft.Insights/metricAlerts";
const GROUPS = "Microsoft.Insights/actionGroups";

/** Members of alerts and of who is told, with which nobody hears of anything, or later. */
const DEAF: [type: string, path: string, value: unknown][] = [
  ...[QUERY_ALERTS, METRIC_ALERTS].flatMap((type): [string, string, unknown][] => [
    [type, "properties.enabled", false],
    [type, "properties.autoMitigate", false],
    [type, "properties.evaluationFrequency", "PT1H"],
    [type, "properties.criteria.allOf", []],
    [type, "properties.criteria.allOf.0.threshold", 5],
    [type, "properties.criteria.allOf.0.operator", "LessThan"],
    [type, "properties.criteria.allOf.0.timeAggregation", "Average"],
  ]),
  [QUERY_ALERTS, "properties.criteria.allOf.0.failingPeriods.numberOfEvaluationPeriods", 6],
  [QUERY_ALERTS, "properties.criteria.allOf.0.failingPeriods.minFailingPeriodsToAlert", 6],
  [METRIC_ALERTS, "properties.windowSize", "PT1M"],
  [METRIC_ALERTS, "properties.criteria.allOf.0.metricName", "ActiveMessages"],
  [METRIC_ALERTS, "properties.criteria.allOf.0.dimensions.0.values.0", "another"],
  [GROUPS, "properties.enabled", false],
  [GROUPS, "properties.emailReceivers", []],
];

/** What an alert is for, and what it isn't wired to. */
const UNWIRED: [what: string, change: Change][] = [
  ["alerts of queries tell nobody", each(QUERY_ALERTS, put("properties.actions", {}))],
  ["the alert of the metric tells nobody", each(METRIC_ALERTS, remove("properties.actions"))],
  [
    "alerts tell one of two groups",
    inAll(QUERY_ALERTS, (one) => {
      const path = "properties.actions.actionGroups";
      put(path, (at(one, path) as string[]).slice(0, 1))(one);
    }),
  ],
  [
    "alerts look into another workspace",
    each(QUERY_ALERTS, put("properties.scopes", ["/subscriptions/a/workspaces/another"])),
  ],
  [
    "the alert of the metric watches the workspace",
    each(METRIC_ALERTS, (one) => {
      const scope = String(at(one, "properties.scopes.0"));
      put(
        "properties.scopes.0",
        scope.replace(/ServiceBus.*/, "OperationalInsights/workspaces/a"),
      )(one);
    }),
  ],
];

const SETS = "Microsoft.Compute/diskEncryptionSets";

/** Disk encryption sets, by whether the key is made with them, that don't follow it as they should. */
const rotation = (isMade: boolean, change: (set: Resource) => void): Change =>
  each(SETS, (one) => {
    const isReference = String(at(one, "properties.activeKey.keyUrl")).startsWith("[");
    if (isReference === isMade) change(one);
  });

/** What private networking leaves open, or cuts off. */
const PRIVATE: [what: string, type: string, change: (resource: Resource) => void][] = [
  [
    "the account is reached from outside",
    "Microsoft.Storage/storageAccounts",
    put("properties.publicNetworkAccess", "Enabled"),
  ],
  [
    "the account doesn't say that it isn't reached from outside",
    "Microsoft.Storage/storageAccounts",
    remove("properties.publicNetworkAccess"),
  ],
  [
    "the account's firewall lets everybody in",
    "Microsoft.Storage/storageAccounts",
    put("properties.networkAcls.defaultAction", "Allow"),
  ],
  [
    "Service Bus is reached from outside",
    "Microsoft.ServiceBus/namespaces",
    put("properties.publicNetworkAccess", "Enabled"),
  ],
  [
    "Service Bus is left to a perimeter that isn't there",
    "Microsoft.ServiceBus/namespaces",
    put("properties.publicNetworkAccess", "SecuredByPerimeter"),
  ],
  ["the app is outside", "Microsoft.Web/sites", put("properties.virtualNetworkSubnetId", null)],
  [
    "endpoints lead elsewhere",
    "Microsoft.Network/privateEndpoints",
    put("properties.privateLinkServiceConnections.0.properties.groupIds", ["file"]),
  ],
];

/** What is changed, the change, and the only assertions that tell it. */
const MISTAKES: [what: string, change: Change, ...told: string[]][] = [
  [
    "shared keys are on",
    each("Microsoft.Storage/storageAccounts", put("properties.allowSharedKeyAccess", true)),
    "local authentication off",
  ],
  [
    "a storage account doesn't say that shared keys are off",
    each("Microsoft.Storage/storageAccounts", remove("properties.allowSharedKeyAccess")),
    "local authentication off",
  ],
  [
    "Service Bus takes keys",
    each("Microsoft.ServiceBus/namespaces", put("properties.disableLocalAuth", false)),
    "local authentication off",
  ],
  [
    "the member that turns Service Bus' keys off is misspelt",
    each("Microsoft.ServiceBus/namespaces", (one) => {
      remove("properties.disableLocalAuth")(one);
      put("properties.disableLocalAuths", true)(one);
    }),
    "local authentication off",
  ],
  [
    "Application Insights takes keys",
    each("Microsoft.Insights/components", put("properties.DisableLocalAuth", false)),
    "local authentication off",
  ],
  [
    "the workspace takes keys",
    each("Microsoft.OperationalInsights/workspaces", put("properties.features", {})),
    "local authentication off",
  ],
  [
    "a setting asks for a key",
    settings(put("ARM_SCOPE", "[listKeys('st', '2025-08-01').keys[0].value]")),
    "no keys",
  ],
  [
    "a setting carries a storage key",
    settings(put("ARM_SCOPE", "DefaultEndpointsProtocol=https;AccountKey=abc")),
    "no keys",
  ],
  [
    "a setting carries a shared access signature",
    settings(put("SCHEDULES_DOCUMENT", "schedules.json?sv=2025-01-05&sr=b&sig=a%2Bb%3D")),
    "no keys",
  ],
  [
    "a setting carries a Service Bus key",
    settings(put("ARM_SCOPE", "Endpoint=sb://a;SharedAccessKey=abc")),
    "no keys",
  ],
  ...PRIVATE.map(([what, type, change]): [string, Change, string] => [
    `with private networking ${what}`,
    inAll(type, change),
    "private networking closed",
  ]),
  [
    "a vault can be purged",
    each("Microsoft.KeyVault/vaults", put("properties.enablePurgeProtection", false)),
    "vaults protected",
  ],
  [
    "a vault goes by access policies",
    each("Microsoft.KeyVault/vaults", (one) => {
      put("properties.enableRbacAuthorization", false)(one);
      put("properties.accessPolicies", [])(one);
    }),
    "vaults protected",
  ],
  ...[false, undefined, "true"].map((value): [string, Change, string] => [
    `a set whose key is made here has the rotation ${String(value)}`,
    rotation(true, put("properties.rotationToLatestKeyVersionEnabled", value)),
    "sets follow their keys",
  ]),
  [
    "a set whose key is named goes over to another version",
    rotation(false, put("properties.rotationToLatestKeyVersionEnabled", true)),
    "sets follow their keys",
  ],
  [
    "a set's key is named without its version",
    rotation(false, put("properties.activeKey.keyUrl", "https://a.vault.azure.net/keys/golden")),
    "sets follow their keys",
  ],
  [
    "a set's key is another deployment's",
    rotation(true, (one) => {
      const url = String(at(one, "properties.activeKey.keyUrl"));
      put("properties.activeKey.keyUrl", url.replace("/golden-images", "/another"))(one);
    }),
    "sets follow their keys",
  ],
  [
    "the encryption type is misspelt",
    each(
      "Microsoft.Compute/diskEncryptionSets",
      put("properties.encryptionType", "EncryptionAtRestWithCustomerKeys"),
    ),
    "enumerations",
  ],
  [
    "the kind of a principal is misspelt",
    each(
      "Microsoft.Authorization/roleAssignments",
      put("properties.principalType", "ManagedIdentity"),
    ),
    "enumerations",
  ],
  [
    "storage has Service Bus' way to spell TLS",
    each("Microsoft.Storage/storageAccounts", put("properties.minimumTlsVersion", "1.2")),
    "enumerations",
  ],
  [
    "Service Bus has storage's way to spell TLS",
    each("Microsoft.ServiceBus/namespaces", put("properties.minimumTlsVersion", "TLS1_2")),
    "enumerations",
  ],
  [
    "the runtime isn't the repository's",
    each("Microsoft.Web/sites", put("properties.functionAppConfig.runtime.version", "18")),
    "runtime as the repository's",
  ],
  [
    "the repository goes to another Node",
    ({ repository }) => (repository.deployedNode = "24"),
    "runtime as the repository's",
  ],
  [
    "two apps share a plan",
    ({ deployments }) => {
      const all = deployments[0]?.resources ?? [];
      const site = all.find(({ type }) => type === "Microsoft.Web/sites");
      if (site !== undefined) all.push({ ...site, name: "another" });
    },
    "one app per plan",
  ],
  [
    "the package is fetched with a key",
    each(
      "Microsoft.Web/sites",
      put(
        "properties.functionAppConfig.deployment.storage.authentication.type",
        "StorageAccountConnectionString",
      ),
    ),
    "deployed by identity",
  ],
  [
    "the package is fetched with an identity that the app hasn't",
    each("Microsoft.Web/sites", put("identity.userAssignedIdentities", {})),
    "deployed by identity",
    "roles of principals",
    "settings of the app's client",
  ],
  [
    "azd has another name for the service",
    ({ repository }) =>
      (repository.azd.services = { another: repository.azd.services["publisher"] }),
    "azd deploys infra and the package",
    "deployed by identity",
  ],
  ["azd can't find the app", each("Microsoft.Web/sites", put("tags", {})), "deployed by identity"],
  ["a setting is misspelt", settings(put("MAX_REPLICAS", "50")), "app settings known"],
  [
    "the settings couldn't be worked out",
    each("Microsoft.Web/sites/config", put("name", "[format('{0}')]")),
    "app settings known",
    "app settings complete",
    "roles in allowed subscriptions",
  ],
  [
    "a new setting of the product can't be deployed",
    ({ repository }) => repository.productSettings.push("NEW_SETTING"),
    "app settings complete",
  ],
  [
    "a setting of the product is gone",
    ({ repository }) =>
      (repository.productSettings = repository.productSettings.filter(
        (key) => key !== "MAX_REPLICA_COUNT",
      )),
    "app settings known",
  ],
  [
    "a connection lacks its credential",
    settings(remove("ServiceBusConnection__credential")),
    "app settings complete",
    "connections by identity whole",
  ],
  [
    "a connection's credential is misspelt",
    settings(put("AzureWebJobsStorage__credential", "ManagedIdentityCredential")),
    "connections by identity whole",
  ],
  ...CLIENT_SETTINGS.map((key): [string, Change, string] => [
    `${key} has the principal's id`,
    each("Microsoft.Web/sites/config", ({ properties = {} }) => {
      if (key in properties)
        put(key, String(properties[key]).replace(".clientId", ".principalId"))(properties);
    }),
    "settings of the app's client",
  ]),
  [
    "a connection has the client of another identity",
    settings((values) => {
      const client = String(at(values, "AZURE_CLIENT_ID"));
      put("ServiceBusConnection__clientId", client.replace("/id-", "/id-des-"))(values);
    }),
    "settings of the app's client",
  ],
  [
    "the scheduler's connection names its client as its endpoint",
    inAll("Microsoft.Web/sites/config", ({ properties = {} }) => {
      const key = "DURABLE_TASK_SCHEDULER_CONNECTION_STRING";
      put(key, String(properties[key]).replace("{0}", "{1}"))(properties);
    }),
    "settings of the app's client",
  ],
  ...HOLDERS.map(([what, change]): [string, Change, string] => [
    what,
    change,
    "roles of principals",
  ]),
  ...DEAF.map(([type, path, value]): [string, Change, string] => [
    `${type} has ${path} ${JSON.stringify(value)}`,
    each(type, put(path, value)),
    "alerts on and sensitive",
  ]),
  ...UNWIRED.map(([what, change]): [string, Change, string] => [what, change, "alerts wired"]),
  [
    "a role has a wildcard",
    role("actions", (all) => [...all, "Microsoft.Compute/galleries/*"]),
    "roles without wildcards or data",
    "every action with its call",
  ],
  [
    "a role reaches data",
    role("dataActions", (all) => [...all, "Microsoft.KeyVault/vaults/keys/unwrap/action"]),
    "roles without wildcards or data",
  ],
  [
    "a role writes keys",
    role("actions", (all) => [...all, "Microsoft.KeyVault/vaults/keys/write"]),
    "roles without wildcards or data",
    "every action with its call",
  ],
  [
    "a role has an action that no call needs",
    role("actions", (all) => [...all, "Microsoft.Compute/galleries/write"]),
    "every action with its call",
  ],
  ["a role lacks an action", role("actions", (all) => all.slice(1)), "every action with its call"],
  [
    "nothing is said of what an action is for",
    ({ repository: { roles } }) => {
      for (const one of roles) for (const action of one.actions) action.call = "";
    },
    "every action with its call",
  ],
  [
    "the app becomes Contributor",
    each(
      "Microsoft.Authorization/roleAssignments",
      put(
        "properties.roleDefinitionId",
        "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c",
      ),
    ),
    "each role once in a place",
    "only known roles, where they belong",
    "roles of principals",
  ],
  [
    "the writer may write in a whole subscription",
    assignment(/^\[resourceId\('([^']+)', '[^']+', /, "[subscriptionResourceId('$1', "),
    "each role once in a place",
    "only known roles, where they belong",
  ],
  [
    "the app gets the keys of every account of a group",
    assignment(/\/providers\/Microsoft\.Storage\/storageAccounts\/vhds/, ""),
    "only known roles, where they belong",
  ],
  [
    "the app may use every queue of the namespace",
    assignment(/\/queues\/[^/']+', /, "', "),
    "only known roles, where they belong",
  ],
  [
    "a set's identity may use every key of a group",
    assignment(/\/providers\/Microsoft\.KeyVault\/vaults\/[^/']+', /, "', "),
    "only known roles, where they belong",
  ],
  [
    "who edits schedules may write everything in the account",
    assignment(/\/blobServices\/default\/containers\/gallery-publisher/, ""),
    "only known roles, where they belong",
  ],
  [
    "a role that exists already reaches a whole subscription instead of a group",
    ({ deployments }) => {
      const own = deployments.find(({ name }) => name === "own")?.resources ?? [];
      for (const one of own)
        if (String(one.properties?.["roleDefinitionId"]).includes("/bbbbbbbb-"))
          one.id = one.id.replace(
            /^\[resourceId\('([^']+)', '[^']+', /,
            "[subscriptionResourceId('$1', ",
          );
    },
    "only known roles, where they belong",
  ],
  [
    "another role has the reader's additional action",
    role("actions", (all) =>
      all.some((one) => one.includes("imageTemplates"))
        ? [...all, "Microsoft.Resources/subscriptions/resourceGroups/read"]
        : all,
    ),
    "every action with its call",
  ],
  [
    "the reader lacks its additional action",
    role("actions", (all) =>
      all.filter((one) => one !== "Microsoft.Resources/subscriptions/resourceGroups/read"),
    ),
    "every action with its call",
  ],
  [
    "templates may be run where no template may be named",
    settings((values) => {
      const allowed = String(at(values, "ALLOWED_SUBSCRIPTIONS")).split(",");
      put(
        "ALLOWED_SUBSCRIPTIONS",
        allowed.filter((id) => !id.startsWith("8888")).join(","),
      )(values);
    }),
    "roles in allowed subscriptions",
  ],
  [
    "a group that is spelt in two ways gets a role twice",
    ({ deployments }) => {
      const { resources = [] } = deployments.find(({ name }) => name === "own") ?? {};
      const writer = resources.find(
        ({ id, type }) => type.endsWith("/roleAssignments") && id.includes("'rg-images'"),
      );
      if (writer !== undefined)
        resources.push({ ...writer, id: writer.id.replaceAll("rg-images", "RG-Images") });
    },
    "each role once in a place",
  ],
  ...AZD_MISTAKES.map(([path, value]): [string, Change, string] => [
    `azure.yaml has ${path} ${String(value)}`,
    ({ repository }) => put(path, value)(repository.azd),
    "azd deploys infra and the package",
  ]),
  [
    "a type has another api version",
    each("Microsoft.Compute/galleries", put("apiVersion", "2026-03-03")),
    "api versions",
  ],
  [
    "there is a type that nobody has looked at",
    ({ deployments }) =>
      deployments[0]?.resources.push({
        id: "/a",
        type: "Microsoft.Cache/redis",
        name: "a",
        apiVersion: "2024-03-01",
      }),
    "api versions",
  ],
  [
    "the task hub isn't the one of host.json",
    ({ repository }) => (repository.taskHub = "Another"),
    "task hub as in host.json",
  ],
  ...[undefined, "00:00:30", "00:10:00", "00:00:00", "10", 10].map(
    (interval): [string, Change, string] => [
      `Durable's queues are polled every ${interval} `,
      ({ repository }) => (repository.pollingInterval = interval),
      "task hub polled often enough",
    ],
  ),
  [
    "messages are delivered fifty times",
    each("Microsoft.ServiceBus/namespaces/queues", put("properties.maxDeliveryCount", 50)),
    "queue as the local one",
  ],
  [
    "the local queue doesn't detect duplicates",
    ({ repository }) => delete repository.localQueue["requiresDuplicateDetection"],
    "queue as the local one",
  ],
];

test.each(MISTAKES)("it is told that %s", (_what, change, ...names) => {
  expect(Object.keys(told(change)).sort()).toEqual(names.sort());
});

test.each([...FORBIDDEN_SETTINGS, "website_contentanything"])(
  "it is told that the plan doesn't take %s",
  (key) => {
    expect(Object.keys(told(settings(put(key, ""))))).toEqual(["app settings allowed"]);
  },
);

test.each(FORBIDDEN_SITE_PROPERTIES)("it is told that the plan doesn't take a site's %s", (key) => {
  for (const place of ["properties", "properties.siteConfig"]) {
    const change = each("Microsoft.Web/sites", put(`${place}.${key}`, "x"));
    expect(Object.keys(told(change))).toEqual(["app settings allowed"]);
  }
});

test("no assertion passes on nothing at all", () => {
  const empty = told(({ deployments }) => {
    for (const deployment of deployments) deployment.resources = [];
  });
  expect(Object.keys(empty)).toEqual(
    expect.arrayContaining([
      "local authentication off",
      "private networking closed",
      "vaults protected",
      "enumerations",
      "app settings known",
      "app settings complete",
      "every action with its call",
      "queue as the local one",
      "alerts on and sensitive",
      "api versions",
    ]),
  );
});
