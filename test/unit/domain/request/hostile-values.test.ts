import { isPlain } from "../../../../src/domain/plain-text";
import {
  accepted,
  computeId,
  managedImageExample,
  parse,
  refusals,
  withMember,
} from "../../../support/request-factory";

/** Values that would mean something else in a path, a query, a log, a filter or a terminal. */
const HOSTILE = [
  "../../secrets",
  "..",
  "%2e%2e%2f",
  "a%2fb",
  "a?api-version=1",
  "a#b",
  "a'b",
  "a' or '1' eq '1",
  'a"b',
  "a\\b",
  "a\nb",
  "a\r\nERROR forged",
  "a\u0000b",
  "\u001b[2J",
  "a b",
  "a\u202eb",
  "\ud800",
  "\ufffd",
  "a;b",
  "a:b",
  "*",
  "{region}",
  "x".repeat(10_000),
];
/** Names in paths of Azure and of storage. */
const NAMES: (string | number)[][] = [
  ["image", "subscriptionId"],
  ["image", "resourceGroup"],
  ["image", "gallery"],
  ["image", "definition"],
  ["image", "version"],
];
const SETS = ["targetRegions", 1, "encryption", "osDiskImage", "diskEncryptionSetId"];

describe.each(HOSTILE.map((value) => [value.slice(0, 40), value]))("%j", (_shown, value) => {
  it.each(NAMES)("as %s.%s is refused", (...path) => {
    expect(refusals(withMember(managedImageExample(), path, value))).not.toEqual([]);
  });

  it("in an id is refused, wherever an id stands", () => {
    for (const [path, id] of [
      [["source"], { managedImage: computeId("images", value) }],
      [["source"], { osSnapshot: computeId("snapshots", "s", value) }],
      [["image"], { id: computeId(`galleries/${value}/images/i/versions`, "1.0.0") }],
      [SETS, computeId("diskEncryptionSets", value)],
      [SETS, `group/${value}`],
      [SETS, value],
    ] as [(string | number)[], unknown][])
      expect(refusals(withMember(managedImageExample(), path, id))).not.toEqual([]);
  });

  it("anywhere is told in text that prints, and that isn't longer than a person reads", () => {
    for (const path of [...NAMES, SETS, ["targetRegions", 1, "name"], ["endOfLifeDate"]]) {
      const result = parse(withMember(managedImageExample({ [value]: 1 }), path, value));
      const problems = result.kind === "invalid" ? result.problems : [];
      for (const { path: place, message, action, region = "" } of problems) {
        for (const text of [place, message, action, region]) expect(isPlain(text)).toBe(true);
        expect(message.length).toBeLessThan(60_000);
      }
    }
  });
});

test.each(["a\nb", "a\u001b[2J", "x".repeat(201), "\ud800"])(
  "the request id %j is refused: it is a key, and stands in logs",
  (requestId) => {
    expect(refusals(managedImageExample({ requestId }))).toEqual(["$.requestId Invalid"]);
  },
);

test("letters of other alphabets are no mistake where Azure takes them", () => {
  const request = withMember(managedImageExample(), ["image", "resourceGroup"], "Größe-日本_(1)");
  expect(accepted(request).image.resourceGroup).toBe("Größe-日本_(1)");
  expect(accepted(managedImageExample({ tags: { "cost center": "Grüße 👩‍💻\nzwei" } })).tags).toEqual(
    { "cost center": "Grüße 👩‍💻\nzwei" },
  );
});

test("text whose bytes were lost is refused where it stands, instead of published as another", () => {
  expect(
    refusals(managedImageExample({ tags: { a: "Gr\ufffd\ufffde", "b\ud83d": "x", c: "ok" } })),
  ).toEqual(["$.tags.a Invalid", "$.tags['b\\ud83d'] Invalid"]);
});

test("a name of a megabyte is refused without a search for what was meant", () => {
  const name = "w".repeat(1_000_000);
  const before = performance.now();
  expect(
    refusals(managedImageExample({ targetRegions: [{ name }] })).filter((told) =>
      told.includes("UnknownRegion"),
    ),
  ).toHaveLength(1);
  expect(performance.now() - before).toBeLessThan(1000);
});
