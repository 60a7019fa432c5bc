/**
 * A lock token is a GUID. Delivery tags carry it in .NET's byte order, management requests in
 * network order; the queues know it as the hex of the tag.
 */
const DOTNET_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

export const tokenOfTag = (tag: Buffer): string => tag.toString("hex");

export const tagOfToken = (token: string): Buffer => Buffer.from(token, "hex");

export const tokenOfUuid = (uuid: Buffer): string => reorder(uuid).toString("hex");

export const uuidOfToken = (token: string): Buffer => reorder(tagOfToken(token));

/** The order is its own inverse. */
function reorder(bytes: Buffer): Buffer {
  return Buffer.from(DOTNET_ORDER.map((index) => bytes[index] ?? 0));
}
