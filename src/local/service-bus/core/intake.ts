import { stamp, type SentMessage, type StoredMessage } from "./message";
import type { Environment } from "./queue";

/** How an entity that is sent to treats what comes. */
export interface Intake {
  /** Messages live no longer than this, in ms. */
  defaultTimeToLiveMs?: number | undefined;
  /** A message whose id came within so many ms before is a duplicate. Absent: nothing is. */
  duplicateWindowMs?: number | undefined;
}

export interface TakenIn {
  /** Of all messages, in order: a duplicate uses up a number, as Azure was seen to do. */
  numbers: number[];
  /** Those that aren't duplicates; still to be stored. */
  accepted: StoredMessage[];
}

/** Numbers messages and leaves out duplicates. To be called within a transaction of the store. */
export function takeIn(
  messages: SentMessage[],
  key: string,
  { defaultTimeToLiveMs, duplicateWindowMs }: Intake,
  { store, clock }: Environment,
): TakenIn {
  const nowMs = clock.now();
  const numbers: number[] = [];
  const accepted: StoredMessage[] = [];
  for (const message of messages) {
    const number = store.nextNumber(key);
    numbers.push(number);
    if (
      duplicateWindowMs === undefined ||
      store.noteMessageId(key, message.messageId, nowMs, nowMs - duplicateWindowMs)
    )
      accepted.push(stamp(message, number, nowMs, defaultTimeToLiveMs));
  }
  return { numbers, accepted };
}
