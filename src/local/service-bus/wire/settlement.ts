import { types, type Typed } from "rhea";
import { decode, splitMap, type MapEntry } from "../amqp/decode";
import { withProperties } from "../amqp/message-content";
import type { Queue } from "../core/queue";

const REASON = "DeadLetterReason";
const DESCRIPTION = "DeadLetterErrorDescription";

/** How a receiver ends a delivery, whichever way it says so. */
export type Settlement =
  | { kind: "complete" }
  | { kind: "release" }
  | { kind: "abandon" | "defer"; properties: MapEntry[] }
  | { kind: "deadLetter"; reason?: string; description?: string; properties: MapEntry[] };

/** Applies a settlement; false when the lock is lost. */
export function settle(queue: Queue, token: string, settlement: Settlement): boolean {
  switch (settlement.kind) {
    case "complete":
      return queue.complete(token);
    case "release":
      return queue.release(token);
    case "abandon":
      return queue.abandon(token, (content) => withProperties(content, settlement.properties));
    case "defer":
      return queue.defer(token, (content) => withProperties(content, settlement.properties));
    case "deadLetter":
      return queue.deadLetter(token, settlement, (content) =>
        withProperties(content, settlement.properties),
      );
  }
}

/** A dead-lettering by `rejected`: reason and description are among the error's info. */
export function deadLetter(info: MapEntry[]): Settlement {
  const text = (key: string): string | undefined => {
    const entry = info.find((candidate) => candidate.key === key);
    const value = entry && decode(entry.valueBytes);
    return typeof value === "string" ? value : undefined;
  };
  const reason = text(REASON);
  const description = text(DESCRIPTION);
  return {
    kind: "deadLetter",
    ...(reason === undefined ? {} : { reason }),
    ...(description === undefined ? {} : { description }),
    properties: info.filter(({ key }) => key !== REASON && key !== DESCRIPTION),
  };
}

/** The pairs of a map that rhea has read, with their types as they came. */
export function entriesOfTyped(map: Typed | undefined): MapEntry[] {
  if (!map || !types.is_map(map)) return [];
  return splitMap(encodeTyped(map));
}

/** Field `index` of a list that rhea has read. */
export function fieldOfTyped(list: Typed | undefined, index: number): Typed | undefined {
  return list && types.is_list(list) ? (list.value as (Typed | undefined)[])[index] : undefined;
}

interface Writer {
  write(value: Typed): void;
  toBuffer(): Buffer;
}

function encodeTyped(value: Typed): Buffer {
  // In the library, but missing in its typings.
  const { Writer } = types as unknown as { Writer: new () => Writer };
  const writer = new Writer();
  writer.write(value);
  return writer.toBuffer();
}
