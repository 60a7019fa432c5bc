import { existsSync } from "node:fs";
import * as z from "zod";
import { isResourceName } from "./domain/arm-id";
import { isSetReference } from "./domain/encryption/resolution";
import { knownRegions, regionName } from "./domain/region-name";

const seconds = (fallback: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().positive().default(fallback);
/** Comma-separated; blanks around entries and empty entries don't count. */
const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  );
const GALLERY_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/galleries\/[^/]+$/i;
const setsByRegion = z.record(z.string().min(1), z.string().refine(isSetReference));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON is no map, and is told as such
  }
}

const url = z.url({ protocol: /^https?$/, hostname: /./ });

/**
 * Every application setting of the product. Nothing else reads the environment; the same keys stand
 * in `local.settings.sample.json` and `docs/configuration.md` (a test compares them).
 */
export const settingsSchema = z.object({
  /** Resource Manager's endpoint; another one in sovereign clouds. */
  ARM_ENDPOINT: url.default("https://management.azure.com"),
  /** Scope of the token for Resource Manager. */
  ARM_SCOPE: z.string().min(1).default("https://management.azure.com/.default"),
  /** Service Bus connection string; leave out when the namespace is given. */
  ServiceBusConnection: z.string().min(1).optional(),
  /** `<namespace>.servicebus.windows.net`: identity-based connection, as the trigger reads it. */
  ServiceBusConnection__fullyQualifiedNamespace: z.string().min(1).optional(),
  PUBLISH_REQUESTS_QUEUE: z.string().min(1).default("publish-requests"),
  PUBLICATION_EVENTS_TOPIC: z.string().min(1).default("publication-events"),
  STORAGE_TABLE_ENDPOINT: url,
  STORAGE_BLOB_ENDPOINT: url,
  /** Shortest and longest pause between two looks at a version's replication. */
  WATCH_MIN_INTERVAL_SECONDS: seconds(10),
  WATCH_MAX_INTERVAL_SECONDS: seconds(120),
  /** A region that hasn't changed for so long stands still. Big disks are copied in steps of tens of minutes. */
  WATCH_STALLED_AFTER_SECONDS: seconds(3600),
  /** When to look for runs that ended without a record: six fields, seconds first. */
  RECONCILE_SCHEDULE: z
    .string()
    .regex(/^\S+( \S+){5}$/, "is a schedule of six fields, for example 0 */5 * * * *")
    .default("0 */5 * * * *"),
  /**
   * How long a lost run's version is watched for a write that comes late. No activity outlives `functionTimeout` of
   * host.json, which is the default here.
   */
  RECONCILE_SETTLE_SECONDS: seconds(600),
  /** The document of schedules: a path in the container `gallery-publisher`. */
  SCHEDULES_DOCUMENT: z
    .string()
    .regex(/^[^/\\].*[^/\\]$/, "is a path in the container, for example schedules.json")
    .default("schedules.json"),
  /** Upper bound of `regionalReplicaCount`; Azure's pages name 50 and 100. */
  MAX_REPLICA_COUNT: z.coerce.number().int().min(1).default(100),
  /** Comma-separated regions that are newer than the built-in list. */
  ADDITIONAL_REGIONS: list,
  /** What requests may touch; what isn't listed is refused, an empty list refuses everything. */
  ALLOWED_SUBSCRIPTIONS: list,
  ALLOWED_GALLERIES: list.refine(
    (ids) => ids.every((id) => GALLERY_ID.test(id)),
    "every entry is the id of a gallery, /subscriptions/…/resourceGroups/…/providers/Microsoft.Compute/galleries/…; * stands for any resource group or gallery",
  ),
  ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS: list,
  /** How to find the disk encryption set of a region that names none: a map by region … */
  DISK_ENCRYPTION_SETS_BY_REGION: z
    .string()
    .default("{}")
    .transform((text, context) => {
      const map = setsByRegion.safeParse(jsonOf(text));
      if (map.success) return map.data;
      context.addIssue(
        'is a JSON object of disk encryption sets by region: {"westus": "my-group/my-set"}',
      );
      return z.NEVER;
    }),
  /** … and a naming template, asked when neither the map nor the request's tags tell. */
  DISK_ENCRYPTION_SET_NAME_TEMPLATE: z
    .string()
    .refine(
      (text) => text.includes("{region}") && isSetReference(text),
      "is a name or resourceGroup/name with {region} in it, for example des-{region}",
    )
    .optional(),
  /** Azure's older documentation excludes a virtual machine as the source of an encrypted version. */
  VM_SOURCE_WITH_CMK: z.enum(["reject", "allow"]).default("reject"),
  /** Whether a request may ask for platform-managed keys; without `allow` none can. */
  PLATFORM_MANAGED_KEYS: z.enum(["reject", "allow"]).default("reject"),
  /** Where the app sends its telemetry to; none is sent without. The host reads it, too. */
  APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().min(1).optional(),
  /** That it is sent with the app's identity. The host reads it, too. */
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z
    .string()
    .regex(/(^|;)Authorization=AAD(;|$)/i, "is Authorization=AAD, or ClientId=…;Authorization=AAD")
    .optional(),
  /** Where `rollout.verify` makes its disks: a group of each gallery's subscription. */
  VERIFICATION_RESOURCE_GROUP: z
    .string()
    .refine(isResourceName, "is the name of a resource group, without its subscription")
    .optional(),
});

const watchSchema = settingsSchema.pick({
  WATCH_MIN_INTERVAL_SECONDS: true,
  WATCH_MAX_INTERVAL_SECONDS: true,
  WATCH_STALLED_AFTER_SECONDS: true,
});

const regionMapSchema = settingsSchema.pick({
  DISK_ENCRYPTION_SETS_BY_REGION: true,
  ADDITIONAL_REGIONS: true,
});

/** Keys of the region map that would be ignored, or of which only the last would count. */
function regionMapMistakes(environment: Record<string, string | undefined>): string[] {
  const found = regionMapSchema.safeParse(environment);
  if (!found.success) return [];
  const known = knownRegions(found.data.ADDITIONAL_REGIONS);
  const keys = Object.keys(found.data.DISK_ENCRYPTION_SETS_BY_REGION);
  const names = keys.map(regionName);
  return keys.flatMap((key, index) => {
    const name = names[index] ?? "";
    if (!known.has(name)) return [`DISK_ENCRYPTION_SETS_BY_REGION: "${key}" is no known region`];
    return names.indexOf(name) === index
      ? []
      : [`DISK_ENCRYPTION_SETS_BY_REGION: "${key}" names the region ${name} again`];
  });
}

/** Times that don't go together. Read on their own, so that another mistake doesn't hide these. */
function watchMistakes(environment: Record<string, string | undefined>): string[] {
  const found = watchSchema.safeParse(environment);
  if (!found.success) return [];
  const {
    WATCH_MIN_INTERVAL_SECONDS: min,
    WATCH_MAX_INTERVAL_SECONDS: max,
    WATCH_STALLED_AFTER_SECONDS: stalledAfter,
  } = found.data;
  return [
    ...(min > max
      ? ["WATCH_MIN_INTERVAL_SECONDS: is greater than WATCH_MAX_INTERVAL_SECONDS"]
      : []),
    // Else a region would stand still that simply wasn't looked at.
    ...(stalledAfter < max
      ? ["WATCH_STALLED_AFTER_SECONDS: is less than WATCH_MAX_INTERVAL_SECONDS"]
      : []),
  ];
}

export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** Wrong or missing application settings, all of them in one message. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
}

/**
 * Reads the settings once, at start.
 * @throws {ConfigurationError} naming every setting that is missing or wrong.
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const result = settingsSchema.safeParse(environment);
  const mistakes = result.success
    ? []
    : result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  if (
    !environment["ServiceBusConnection"] &&
    !environment["ServiceBusConnection__fullyQualifiedNamespace"]
  )
    mistakes.push(
      "ServiceBusConnection: set a connection string, or ServiceBusConnection__fullyQualifiedNamespace for the app's identity",
    );
  // Node only warns about this, and then no certificate of the endpoints is trusted.
  const authorities = environment["NODE_EXTRA_CA_CERTS"];
  if (authorities !== undefined && authorities !== "" && !existsSync(authorities))
    mistakes.push(`NODE_EXTRA_CA_CERTS: there is no file ${authorities}`);
  mistakes.push(...regionMapMistakes(environment));
  mistakes.push(...watchMistakes(environment));
  if (!result.success || mistakes.length > 0)
    throw new ConfigurationError(
      `application settings are wrong:\n${mistakes.map((line) => `  ${line}`).join("\n")}\ndocs/configuration.md explains each`,
    );
  return Object.freeze(result.data);
}
