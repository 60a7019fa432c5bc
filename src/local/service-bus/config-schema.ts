import { parse as parseDuration } from "tinyduration";
import * as z from "zod";
import type { NamespaceSettings } from "./core/namespace";

const DAY_MS = 24 * 3600 * 1000;
const LONGEST_LOCK_MS = 5 * 60 * 1000;
const MAX_DELIVERIES = 2000;

/** What Azure gives an entity that doesn't say otherwise. */
const DEFAULT_LOCK = "PT1M";
const DEFAULT_MAX_DELIVERIES = 10;

/** Settings of the real service that this one doesn't have, so that they are refused by name. */
export const UNSUPPORTED_SETTINGS = [
  "requiresSession",
  "requiresDuplicateDetection",
  "duplicateDetectionHistoryTimeWindow",
  "forwardTo",
  "forwardDeadLetteredMessagesTo",
  "autoDeleteOnIdle",
  "enablePartitioning",
  "maxSizeInMegabytes",
  "rules",
];

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._-]{0,258}[A-Za-z0-9])?$/,
    "a name has letters, digits, '.', '-' and '_', and begins and ends with a letter or digit",
  );

const duration = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({ code: "custom", message: `'${text}' is not a duration like PT30S or P14D` });
  return z.NEVER;
});

const lockDuration = duration.refine(
  (ms) => ms >= 1000 && ms <= LONGEST_LOCK_MS,
  "a lock lasts from PT1S to PT5M",
);

const queue = z
  .strictObject({
    name,
    lockDuration: lockDuration.prefault(DEFAULT_LOCK),
    maxDeliveryCount: z.int().min(1).max(MAX_DELIVERIES).default(DEFAULT_MAX_DELIVERIES),
    defaultTtl: duration.optional(),
    deadLetteringOnMessageExpiration: z.boolean().default(false),
  })
  .transform((given) => ({
    name: given.name,
    lockDurationMs: given.lockDuration,
    maxDeliveryCount: given.maxDeliveryCount,
    defaultTimeToLiveMs: given.defaultTtl,
    deadLetterOnExpiration: given.deadLetteringOnMessageExpiration,
  }));

const topic = z.strictObject({ name, subscriptions: z.array(queue).default([]) });

/** The configuration file. */
export const namespaceSchema = z.strictObject({
  queues: z.array(queue).default([]),
  topics: z.array(topic).default([]),
});

/** The entities when no configuration is given. */
export const defaultNamespace: NamespaceSettings = namespaceSchema.parse({
  queues: [{ name: "publish-requests" }],
  topics: [{ name: "publication-events", subscriptions: [{ name: "all" }] }],
});

/** Milliseconds of an ISO 8601 duration without years and months, whose length isn't fixed. */
function durationMs(text: string): number | undefined {
  try {
    const { years, months, weeks, days, hours, minutes, seconds, negative } = parseDuration(text);
    if (years || months || negative) return undefined;
    const daysMs = ((weeks ?? 0) * 7 + (days ?? 0)) * DAY_MS;
    return daysMs + ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
  } catch {
    // tinyduration says only that it is invalid, which the caller reports with the text.
    return undefined;
  }
}
