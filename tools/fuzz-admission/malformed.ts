import type { Json } from "./mistake";
import type { Random } from "./random";

/** Values of every kind, among them those that programs forget. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  "",
  " ",
  "westus",
  "💥",
  "a".repeat(300),
  "\u0000",
  "constructor",
  [],
  [[]],
  [null],
  {},
  { __proto__x: 1 },
  { constructor: 1 },
];

/** A request with something of another kind put, removed or added at any place of it. */
export function malformed(request: Json, random: Random): unknown {
  if (random.next() < 0.05) return random.pick(VALUES);
  if (random.next() < 0.02) return nested(random.int(65, 500));
  if (random.next() < 0.02) return crowded(request);
  const copy = structuredClone(request);
  for (let changes = random.int(1, 4); changes > 0; changes--) change(copy, random);
  return copy;
}

function change(request: Json, random: Random): void {
  const places = [...containers(request)];
  const place = random.pick(places);
  const keys = Object.keys(place);
  if (keys.length === 0 || random.next() < 0.2) {
    (place as Json)[`x${random.int(0, 9)}`] = structuredClone(random.pick(VALUES));
    return;
  }
  const key = random.pick(keys) as keyof typeof place;
  if (random.next() < 0.3 && !Array.isArray(place)) delete (place as Json)[key];
  else (place as Json)[key] = structuredClone(random.pick(VALUES));
}

/** Every object and list in a value, itself first. */
function* containers(value: unknown): Generator<object> {
  if (typeof value !== "object" || value === null) return;
  yield value;
  for (const inner of Object.values(value)) yield* containers(inner);
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** More mistakes than are listed. */
const crowded = (request: Json): Json => ({
  ...request,
  targetRegions: Array.from({ length: 199 }, () => ({ name: 7, x: 1, y: 1 })),
});
