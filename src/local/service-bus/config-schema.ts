import { parse as parseDuration } from "tinyduration";
import * as z from "zod";
import { rule } from "./rule-schema";

const DAY_MS = 24 * 3600 * 1000;
const LONGEST_LOCK_MS = 5 * 60 * 1000;
const MAX_DELIVERIES = 2000;
const SHORTEST_WINDOW_MS = 20_000;
const LONGEST_WINDOW_MS = 7 * DAY_MS;

/** What Azure gives an entity that doesn't say otherwise. */
const DEFAULT_LOCK = "PT1M";
const DEFAULT_MAX_DELIVERIES = 10;
const DEFAULT_WINDOW_MS = 600_000;

/** Settings of the real service that this one doesn't have, so that they are refused by name. */
export const UNSUPPORTED_SETTINGS = [
  "requiresSession",
  "forwardTo",
  "forwardDeadLetteredMessagesTo",
  "autoDeleteOnIdle",
  "enablePartitioning",
  "enableExpress",
  "maxSizeInMegabytes",
  "maxMessageSizeInKilobytes",
  "deadLetteringOnFilterEvaluationExceptions",
  "status",
  // Of rules.
  "action",
  "filterType",
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

/** Of what is received from: queues and subscriptions. */
const receivedFrom = z.object({
  name,
  lockDuration: lockDuration.prefault(DEFAULT_LOCK),
  maxDeliveryCount: z.int().min(1).max(MAX_DELIVERIES).default(DEFAULT_MAX_DELIVERIES),
  defaultMessageTimeToLive: duration.optional(),
  deadLetteringOnMessageExpiration: z.boolean().default(false),
});

/** Of what is sent to: queues and topics. */
const sentTo = z.object({
  name,
  defaultMessageTimeToLive: duration.optional(),
  requiresDuplicateDetection: z.boolean().default(false),
  duplicateDetectionHistoryTimeWindow: duration
    .refine(
      (ms) => ms >= SHORTEST_WINDOW_MS && ms <= LONGEST_WINDOW_MS,
      "a window for duplicates lasts from PT20S to P7D",
    )
    .optional(),
});

const windowNeedsDetection = {
  check: (given: z.output<typeof sentTo>) =>
    given.requiresDuplicateDetection || given.duplicateDetectionHistoryTimeWindow === undefined,
  mistake: {
    path: ["duplicateDetectionHistoryTimeWindow"],
    message: "a window without requiresDuplicateDetection: true has no effect",
  },
};

const queue = z
  .strictObject({ ...receivedFrom.shape, ...sentTo.shape })
  .refine(windowNeedsDetection.check, windowNeedsDetection.mistake)
  .transform((given) => ({ ...receiving(given), ...intake(given) }));

const subscription = z
  .strictObject({ ...receivedFrom.shape, rules: z.array(rule).optional() })
  .transform((given) => ({ ...receiving(given), rules: given.rules }));

const topic = z
  .strictObject({ ...sentTo.shape, subscriptions: z.array(subscription).default([]) })
  .refine(windowNeedsDetection.check, windowNeedsDetection.mistake)
  .transform((given) => ({ ...intake(given), subscriptions: given.subscriptions }));

/** Entities, as in the configuration file and in the world file's section `serviceBus`. */
export const namespaceSchema = z.strictObject({
  queues: z.array(queue).default([]),
  topics: z.array(topic).default([]),
});

/** The entities when no configuration is given. */
export const DEFAULT_CONFIG = `queues:
  - name: publish-requests
    defaultMessageTimeToLive: P14D
    deadLetteringOnMessageExpiration: true
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: PT10M
topics:
  - name: publication-events
    subscriptions:
      - name: all
`;

function receiving(given: z.output<typeof receivedFrom>) {
  return {
    name: given.name,
    lockDurationMs: given.lockDuration,
    maxDeliveryCount: given.maxDeliveryCount,
    defaultTimeToLiveMs: given.defaultMessageTimeToLive,
    deadLetterOnExpiration: given.deadLetteringOnMessageExpiration,
  };
}

function intake(given: z.output<typeof sentTo>) {
  return {
    name: given.name,
    defaultTimeToLiveMs: given.defaultMessageTimeToLive,
    duplicateWindowMs: given.requiresDuplicateDetection
      ? (given.duplicateDetectionHistoryTimeWindow ?? DEFAULT_WINDOW_MS)
      : undefined,
  };
}

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
