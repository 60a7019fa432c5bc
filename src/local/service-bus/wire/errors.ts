import type { AmqpError } from "./rhea-session";

/** The error conditions that clients tell apart, with texts that name what is wrong. */
export const notFound = (address: string): AmqpError => ({
  condition: "amqp:not-found",
  description: `The messaging entity '${address}' could not be found.`,
});

export const notAllowed = (description: string): AmqpError => ({
  condition: "amqp:not-allowed",
  description,
});

export const notImplemented = (feature: string): AmqpError => ({
  condition: "amqp:not-implemented",
  description: `${feature} not supported by the local Service Bus.`,
});

export const argumentError = (description: string): AmqpError => ({
  condition: "com.microsoft:argument-error",
  description,
});

export const internalError = (error: unknown): AmqpError => ({
  condition: "amqp:internal-error",
  description: `The local Service Bus failed: ${String(error)}`,
});

export const messageLockLost: AmqpError = {
  condition: "com.microsoft:message-lock-lost",
  description:
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
};

export const messageNotFound: AmqpError = {
  condition: "com.microsoft:message-not-found",
  description: "None of the sequence numbers belongs to a deferred message.",
};

export const malformed = (error: unknown): AmqpError => ({
  condition: "amqp:decode-error",
  description: `The message can't be read: ${String(error)}`,
});

export const messageTooLarge = (limit: number): AmqpError => ({
  condition: "amqp:link:message-size-exceeded",
  description: `The message has more than ${limit} bytes, which is what is allowed.`,
});
