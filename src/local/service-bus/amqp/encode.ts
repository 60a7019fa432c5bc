import type { MapEntry } from "./decode";

/**
 * Writes AMQP 1.0 values, each with the type that the clients insist on. The wide form of a type
 * is always valid, so the compact ones are used only where they are needed.
 */

export const nullValue = Buffer.of(0x40);

export function boolean(value: boolean): Buffer {
  return Buffer.of(value ? 0x41 : 0x42);
}

export function uint(value: number): Buffer {
  const bytes = Buffer.alloc(5, 0x70);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(5, 0x71);
  bytes.writeInt32BE(value, 1);
  return bytes;
}

export function long(value: number): Buffer {
  return Buffer.concat([Buffer.of(0x81), eightBytes(value)]);
}

/** @param value milliseconds since the epoch. */
export function timestamp(value: number): Buffer {
  return Buffer.concat([Buffer.of(0x83), eightBytes(value)]);
}

export function string(value: string): Buffer {
  return variable(0xb1, Buffer.from(value, "utf8"));
}

export function symbol(value: string): Buffer {
  return variable(0xb3, Buffer.from(value, "ascii"));
}

export function binary(value: Buffer): Buffer {
  return variable(0xb0, value);
}

/** @param value 16 bytes in network order. */
export function uuid(value: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x98), value]);
}

/** @param items encoded values. */
export function list(items: Buffer[]): Buffer {
  return compound(0xd0, items.length, Buffer.concat(items));
}

/** @param entries encoded keys and values; keys are strings, unless given as bytes. */
export function map(entries: [key: string | Buffer, value: Buffer][]): Buffer {
  const items = entries.flatMap(([key, value]) => [
    typeof key === "string" ? string(key) : key,
    value,
  ]);
  return compound(0xd1, items.length, Buffer.concat(items));
}

/** A map made of the pairs of others: later ones replace earlier ones of the same key. */
export function mergedMap(...parts: MapEntry[][]): Buffer {
  const byKey = new Map(parts.flat().map((entry) => [entry.key, entry]));
  return map([...byKey.values()].map(({ keyBytes, valueBytes }) => [keyBytes, valueBytes]));
}

export function arrayOfLongs(values: number[]): Buffer {
  return array(0x81, values);
}

/** @param values milliseconds since the epoch. */
export function arrayOfTimestamps(values: number[]): Buffer {
  return array(0x83, values);
}

/** @param descriptor numeric, below 256 as all that AMQP defines. */
export function described(descriptor: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x00, 0x53, descriptor), value]);
}

function eightBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

function variable(code: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.of(code), fourBytes(data.length), data]);
}

function compound(code: number, count: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.of(code), fourBytes(data.length + 4), fourBytes(count), data]);
}

function array(itemCode: number, values: number[]): Buffer {
  const data = Buffer.concat([Buffer.of(itemCode), ...values.map(eightBytes)]);
  return compound(0xf0, values.length, data);
}

function fourBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
