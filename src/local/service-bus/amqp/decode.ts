/**
 * Reads AMQP 1.0 encoded values. Messages are kept as the bytes that came, because decoding and
 * encoding again would change types that receivers see (int to uint, float to double, …); so this
 * mostly cuts bytes, and decodes the few values that the broker acts on.
 */
export type AmqpValue =
  null | boolean | number | bigint | string | Buffer | AmqpValue[] | Map<string, AmqpValue>;

/** One pair of an encoded map: the key as text, key and value as their bytes. */
export interface MapEntry {
  key: string;
  keyBytes: Buffer;
  valueBytes: Buffer;
}

/** Announces a descriptor in front of a value. */
const DESCRIBED = 0x00;

/** Where the encoded value that begins at `offset` ends. @throws on malformed bytes. */
export function endOfValue(bytes: Buffer, offset = 0): number {
  const code = bytes.readUInt8(offset);
  if (code === DESCRIBED) return endOfValue(bytes, endOfValue(bytes, offset + 1));
  const end = offset + 1 + lengthAfter(code, bytes, offset + 1);
  if (end > bytes.length) throw new Error("an AMQP value is longer than its bytes");
  return end;
}

/** Length of what follows the type code, by its upper half. */
function lengthAfter(code: number, bytes: Buffer, offset: number): number {
  switch (code >> 4) {
    case 0x4:
      return 0;
    case 0x5:
      return 1;
    case 0x6:
      return 2;
    case 0x7:
      return 4;
    case 0x8:
      return 8;
    case 0x9:
      return 16;
    case 0xa:
    case 0xc:
    case 0xe:
      return 1 + bytes.readUInt8(offset);
    case 0xb:
    case 0xd:
    case 0xf:
      return 4 + bytes.readUInt32BE(offset);
    default:
      throw new Error(`unknown AMQP type code 0x${code.toString(16)}`);
  }
}

/** Descriptor and value of a described value. */
export function splitDescribed(bytes: Buffer): { descriptor: AmqpValue; value: Buffer } {
  if (bytes.readUInt8(0) !== DESCRIBED) throw new Error("a described AMQP value is expected");
  const start = endOfValue(bytes, 1);
  return { descriptor: decode(bytes.subarray(1, start)), value: bytes.subarray(start) };
}

/** The encoded items of a list, or keys and values of a map in turn. */
export function splitItems(bytes: Buffer): Buffer[] {
  const code = bytes.readUInt8(0);
  const width = code >> 4 === 0xc ? 1 : 4;
  if (code === 0x45) return [];
  if (code >> 4 !== 0xc && code >> 4 !== 0xd) throw new Error("an AMQP list or map is expected");
  const items: Buffer[] = [];
  let offset = 1 + 2 * width;
  for (let count = bytes.readUIntBE(1 + width, width); count > 0; count--) {
    const end = endOfValue(bytes, offset);
    items.push(bytes.subarray(offset, end));
    offset = end;
  }
  return items;
}

export function splitMap(bytes: Buffer): MapEntry[] {
  const items = splitItems(bytes);
  const entries: MapEntry[] = [];
  for (let i = 0; i + 1 < items.length; i += 2) {
    const [keyBytes, valueBytes] = items.slice(i, i + 2);
    if (keyBytes && valueBytes)
      entries.push({ key: textOf(decode(keyBytes)), keyBytes, valueBytes });
  }
  return entries;
}

/** A value as text, for keys and messages: strings and symbols as they are. */
export function textOf(value: AmqpValue): string {
  if (typeof value === "string") return value;
  if (Buffer.isBuffer(value)) return value.toString("hex");
  return typeof value === "object" ? JSON.stringify(value) : value.toString();
}

/** Decodes a value: integers and timestamps (ms) as numbers where these are exact, symbols as text. */
export function decode(bytes: Buffer): AmqpValue {
  const code = bytes.readUInt8(0);
  if (code === DESCRIBED) return decode(splitDescribed(bytes).value);
  const high = code >> 4;
  if (high === 0xe || high === 0xf) return decodeArray(bytes);
  if (code === 0xc1 || code === 0xd1)
    return new Map(splitMap(bytes).map(({ key, valueBytes }) => [key, decode(valueBytes)]));
  if (high === 0xc || high === 0xd || code === 0x45) return splitItems(bytes).map(decode);
  return decodePrimitive(code, bytes.subarray(1));
}

/** The items of an array share one type code in front of the first. */
function decodeArray(bytes: Buffer): AmqpValue[] {
  const width = bytes.readUInt8(0) >> 4 === 0xe ? 1 : 4;
  const count = bytes.readUIntBE(1 + width, width);
  const constructorAt = 1 + 2 * width;
  const code = bytes.readUInt8(constructorAt);
  if (code === DESCRIBED) throw new Error("AMQP arrays of described values are not supported");
  // Their count is bounded by nothing: a few bytes could fill the memory.
  if (code >> 4 === 0x4) throw new Error("AMQP arrays of values without bytes are not supported");
  const items: AmqpValue[] = [];
  for (let i = 0, offset = constructorAt + 1; i < count; i++) {
    const end = offset + lengthAfter(code, bytes, offset);
    items.push(decode(Buffer.concat([Buffer.of(code), bytes.subarray(offset, end)])));
    offset = end;
  }
  return items;
}

function decodePrimitive(code: number, data: Buffer): AmqpValue {
  switch (code) {
    case 0x40:
      return null;
    case 0x41:
      return true;
    case 0x42:
      return false;
    case 0x56:
      return data.readUInt8(0) === 1;
    case 0x43:
    case 0x44:
      return 0;
    case 0x50:
    case 0x52:
    case 0x53:
      return data.readUInt8(0);
    case 0x51:
    case 0x54:
    case 0x55:
      return data.readInt8(0);
    case 0x60:
      return data.readUInt16BE(0);
    case 0x61:
      return data.readInt16BE(0);
    case 0x70:
    case 0x73:
      return data.readUInt32BE(0);
    case 0x71:
      return data.readInt32BE(0);
    case 0x72:
      return data.readFloatBE(0);
    case 0x80:
      return exact(data.readBigUInt64BE(0));
    case 0x81:
    case 0x83:
      return exact(data.readBigInt64BE(0));
    case 0x82:
      return data.readDoubleBE(0);
    case 0xa1:
    case 0xa3:
      return data.toString("utf8", 1);
    case 0xb1:
    case 0xb3:
      return data.toString("utf8", 4);
    case 0xa0:
      return data.subarray(1);
    case 0xb0:
      return data.subarray(4);
    default:
      // uuid and the decimals: nothing here computes with them.
      return data;
  }
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
