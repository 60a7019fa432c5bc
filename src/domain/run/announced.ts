/**
 * What is sent of an event's data: everything that forwards CloudEvents has to take 64 KiB (specification, "Size
 * Limits"), and the envelope needs some of it. Whole it stands in the ledger and the documents.
 */
const MAX_BYTES = 60_000;
/** Texts are cut to the first of these lengths with which the data fits. */
const TEXT_LENGTHS = [4000, 400, 100];

/** Data of an event, cut where it is too long to be sent: long texts first, then whole members. */
export function announced(data: object): object {
  for (const length of TEXT_LENGTHS) {
    const cut = cutTexts(data, length) as object;
    if (bytesOf(cut) <= MAX_BYTES) return cut;
  }
  const members = Object.entries(cutTexts(data, TEXT_LENGTHS.at(-1) ?? 0) as object);
  const small = members.filter(([, value]) => typeof value !== "object");
  const omitted = members.filter(([, value]) => typeof value === "object").map(([name]) => name);
  return { ...Object.fromEntries(small), omitted };
}

function cutTexts(value: unknown, length: number): unknown {
  if (typeof value === "string")
    return value.length > length ? `${value.slice(0, length)}…` : value;
  if (Array.isArray(value)) return value.map((item) => cutTexts(item, length));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, cutTexts(member, length)]),
  );
}

const bytesOf = (value: object): number => new TextEncoder().encode(JSON.stringify(value)).length;
