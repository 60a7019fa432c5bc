import { managedImageExample, refusals } from "../../../support/request-factory";

const tags = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, ""]));

test.each<[string, Record<string, string>, string[]]>([
  ["more than Azure takes beside the runs' own", tags(48), ["$.tags"]],
  ["a name that is too long", { [`b${"a".repeat(512)}`]: "" }, [`$.tags.b${"a".repeat(512)}`]],
  [
    "signs that Azure keeps for itself",
    { "a<b": "", "a>b": "" },
    ["$.tags['a<b']", "$.tags['a>b']"],
  ],
  ["a percent sign", { "a%": "" }, ["$.tags['a%']"]],
  ["an ampersand", { "a&b": "" }, ["$.tags['a&b']"]],
  ["a backslash", { "a\\b": "" }, ["$.tags['a\\\\b']"]],
  ["a question mark", { "a?": "" }, ["$.tags['a?']"]],
  ["a slash", { "a/b": "" }, ["$.tags['a/b']"]],
  ["no name", { "": "x" }, ["$.tags['']"]],
  ["a name of blanks", { " ": "x" }, ["$.tags[' ']"]],
  ["one name in two cases", { Team: "a", team: "b" }, ["$.tags.team"]],
  ["a value that is too long", { a: "x".repeat(257) }, ["$.tags.a"]],
  [
    "our own fingerprint",
    { "Gallery-Publisher-Fingerprint": "x" },
    ["$.tags['Gallery-Publisher-Fingerprint']"],
  ],
  [
    "our own mark of a write",
    { "gallery-publisher-write": "x" },
    ["$.tags['gallery-publisher-write']"],
  ],
])("tags with %s are refused", (_name, given, paths) => {
  expect(refusals(managedImageExample({ tags: given }))).toEqual(
    paths.map((path) => `${path} InvalidTag`),
  );
});

test("tags at the limits are taken", () => {
  for (const given of [
    tags(46),
    { ["a".repeat(512)]: "x".repeat(256), "cost center.ö": "<>%&\\?/" },
  ])
    expect(refusals(managedImageExample({ tags: given }))).toEqual([]);
});

test("tags by which a set is found are bound by the same limits, and none is lost", () => {
  const byTag = JSON.parse('{"__proto__": "x", "a": "b", "A": "c", "a/b": ""}') as unknown;
  const at = "$.encryption.diskEncryptionSets.byTag";
  expect(
    refusals(managedImageExample({ encryption: { diskEncryptionSets: { byTag } } })).sort(),
  ).toEqual(
    [
      "$.encryption.type Required",
      `${at}.A InvalidTag`,
      `${at}['__proto__'] InvalidTag`,
      `${at}['a/b'] InvalidTag`,
    ].sort(),
  );
});

test("a tag with a name of a megabyte has a path that a person reads", () => {
  const [told = ""] = refusals(managedImageExample({ tags: { [".".repeat(1_000_000)]: "" } }));
  expect(told).toContain("InvalidTag");
  expect(told.length).toBeLessThan(1000);
});
