import type { InvocationContext } from "@azure/functions";

/** What is read of the message besides its body. */
export interface Delivery {
  messageId?: string;
  sequenceNumber?: string;
  enqueuedAt?: string;
  deliveryCount?: number;
  applicationProperties?: unknown;
}

/**
 * The message's own properties. The host spreads the members of a JSON body over them, whatever their
 * case: where the body has a member of that name, what stands there is the sender's word and isn't
 * believed, or one message could take the place of another in the ledger.
 * @param body the body as JSON; undefined when it isn't any
 */
export function readDelivery(context: InvocationContext, body: unknown): Delivery {
  const metadata = context.triggerMetadata ?? {};
  const members = typeof body === "object" && body !== null ? Object.keys(body) : [];
  const spread = new Set(members.map((name) => name.toLowerCase()));
  const own = (name: string): unknown =>
    spread.has(name.toLowerCase()) ? undefined : metadata[name];
  const text = (name: string): string | undefined => {
    const value = own(name);
    if (value instanceof Date) return value.toISOString();
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  // An empty one is no identity: all messages with one would be the same.
  const messageId = text("messageId") || undefined;
  const sequenceNumber = text("sequenceNumber");
  const enqueued = Date.parse(text("enqueuedTime") ?? `${text("enqueuedTimeUtc") ?? ""}Z`);
  const deliveryCount = Number(text("deliveryCount"));
  const applicationProperties = own("applicationProperties");
  return {
    ...(messageId === undefined ? {} : { messageId }),
    ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
    ...(Number.isNaN(enqueued) ? {} : { enqueuedAt: new Date(enqueued).toISOString() }),
    ...(Number.isNaN(deliveryCount) ? {} : { deliveryCount }),
    ...(applicationProperties === undefined ? {} : { applicationProperties }),
  };
}
