import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { schedulesJsonSchema } from "../../../../src/domain/schedule/json-schema";
import { readSchedules } from "../../../../src/domain/schedule/read-schedules";
import { RULES, SUBSCRIPTION, withMember } from "../../../support/request-factory";
import { TARGET, wireSchedule } from "../../../support/schedule-factory";

const ROOT = join(__dirname, "../../../..");
const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schedulesJsonSchema());

const read = (...schedules: unknown[]) => readSchedules({ schedules }, RULES);
/** Path and code of everything that is wrong. */
const mistakes = (...schedules: unknown[]): string[] =>
  read(...schedules).schedules.flatMap(({ problems }) =>
    problems.map(({ path, code }) => `${path} ${code}`),
  );
/** Lists in lists, so many levels. */
const nested = (levels: number): unknown =>
  JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
const withPart = (path: (string | number)[], value: unknown): unknown =>
  withMember(wireSchedule(), path, value);

const SNAPSHOTS = {
  newestSnapshotSet: { resourceGroup: "builds", setTag: "set", diskTag: "disk", luns: [0] },
};
const ONE_TAG = {
  newestSnapshotSet: { ...SNAPSHOTS.newestSnapshotSet, setTag: "disk ", diskTag: "DISK" },
};
const VERSION = { newestVersionOf: { resourceGroup: "g", gallery: "G", definition: "base" } };

test.each([
  ["a tag", wireSchedule()],
  ["snapshots", wireSchedule({ source: SNAPSHOTS })],
  ["another definition", wireSchedule({ source: VERSION })],
  [
    "a prefix",
    wireSchedule({
      source: { namePrefix: { kind: "managedDisk", resourceGroup: "g", prefix: "p" } },
    }),
  ],
])("a schedule with %s is read, and the schema takes it", (_by, schedule) => {
  const { schedules, problems } = read(schedule);
  expect(problems).toEqual([]);
  expect(schedules[0]).toMatchObject({ id: "golden", problems: [] });
  expect([isValid({ schemaVersion: 1, schedules: [schedule] }), isValid.errors]).toEqual([
    true,
    null,
  ]);
});

test("what a schedule doesn't say has defaults, and its finder looks in the image's subscription", () => {
  const [one] = read(wireSchedule()).schedules;
  expect(one?.schedule).toMatchObject({
    ...{ timeZone: "UTC", enabled: true, maxConsecutiveFailures: 3, catchUp: true },
    source: { by: "byTag", subscriptionId: SUBSCRIPTION, tags: { purpose: "golden" } },
  });
});

test.each<[string, (string | number)[], unknown, string[]]>([
  ["no id", ["id"], undefined, ["id Required"]],
  ["an id that no link can have", ["id"], "a/b", ["id Invalid"]],
  ["a cron of four fields", ["cron"], "* * * *", ["cron InvalidCron"]],
  ["a cron that is a number", ["cron"], 5, ["cron Invalid"]],
  ["an unknown time zone", ["timeZone"], "Mars/Olympus", ["timeZone UnknownTimeZone"]],
  ["no source", ["source"], {}, ["source OneSourceFinder"]],
  ["two ways to the source", ["source"], { ...SNAPSHOTS, ...VERSION }, ["source OneSourceFinder"]],
  ["an unknown way to it", ["source"], { byHand: {} }, ["source.byHand UnknownMember"]],
  ["a kind that is none", ["source", "byTag", "kind"], "vhd", ["source.byTag.kind Invalid"]],
  [
    "the set's tag as the disks'",
    ["source"],
    ONE_TAG,
    ["source.newestSnapshotSet.diskTag OneTagForTwo"],
  ],
  ["no tags to look for", ["source", "byTag", "tags"], {}, ["source.byTag.tags Invalid"]],
  [
    "a source that the settings forbid",
    ["source", "byTag", "subscriptionId"],
    "other",
    ["source SubscriptionNotAllowed"],
  ],
  [
    "no image, and nothing of the source that it would have said",
    ["image"],
    undefined,
    ["image Required"],
  ],
  [
    "no subscription of the image",
    ["image", "subscriptionId"],
    " ",
    ["image.subscriptionId Invalid"],
  ],
  [
    "an image where the settings forbid it",
    ["image", "subscriptionId"],
    "other",
    [
      "image SubscriptionNotAllowed",
      "image GalleryNotAllowed",
      "image DiskEncryptionSetSubscriptionNotAllowed",
    ],
  ],
  ["a request that nests too deep", ["request", "tags"], nested(70), ["request TooDeep"]],
  ["an image that does", ["image", "version"], nested(70), ["image TooDeep"]],
  [
    "a base that no number begins with",
    ["image", "version"],
    { strategy: "nextPatch", base: "01" },
    ["image.version.base InvalidVersionBase"],
  ],
  ["a gallery that is none", ["image", "gallery"], "a/b", ["image.gallery InvalidName"]],
  ["no failures at all", ["maxConsecutiveFailures"], 0, ["maxConsecutiveFailures Invalid"]],
  ["a template that is none", ["imageTemplate"], "/x", ["imageTemplate InvalidResourceId"]],
  [
    "a template where requests may not reach",
    ["imageTemplate"],
    "/subscriptions/x/resourceGroups/g/providers/Microsoft.VirtualMachineImages/imageTemplates/t",
    ["imageTemplate SubscriptionNotAllowed"],
  ],
  ["a member that isn't there", ["crontab"], "x", ["crontab UnknownMember"]],
  ["no request", ["request"], undefined, ["request Required"]],
  ["a request with a source", ["request", "source"], {}, ["request.source UnknownMember"]],
  ["a request with an id", ["request", "requestId"], "x", ["request.requestId UnknownMember"]],
  [
    "an unknown region",
    ["request", "targetRegions", 0, "name"],
    "westmars",
    ["request.targetRegions[0].name UnknownRegion", "request.targetRegions SourceRegionMissing"],
  ],
])("%s is told with its place", (_what, path, value, expected) => {
  const found = mistakes(withPart(path, value)).map((one) => one.replace("$.schedules[0].", ""));
  expect(found).toEqual(expected);
});

test("a schedule that nests too deep stops no other, and is told in words of schedules", () => {
  const { problems, schedules } = read(
    { ...wireSchedule(), request: { tags: nested(100_000) } },
    wireSchedule({ id: "x" }),
  );
  expect(problems).toEqual([]);
  expect(schedules).toMatchObject([
    {
      problems: [
        {
          path: "$.schedules[0].request",
          action: expect.stringContaining("schedules.md") as string,
        },
      ],
    },
    { schedule: { id: "x" } },
  ]);
});

test.each(["0", "1", "[1]"])(
  "schedules without a name don't stop the one that is called %s",
  (id) => {
    const { schedules } = read(5, wireSchedule({ id: undefined }), wireSchedule({ id }));
    expect(schedules.map((one) => one.id)).toEqual(["[0]", "[1]", id]);
    const codes = schedules[2]?.problems.map(({ code }) => code);
    // What no schedule can be called doesn't run anyhow.
    expect(codes).toEqual(id === "[1]" ? ["DuplicateSchedule", "Invalid"] : []);
  },
);

test("an editor's $schema is allowed; the schema asks for one way to the source, and for tags", () => {
  const $schema = "https://example.org/schedules.schema.json";
  const document = { $schema, schedules: [wireSchedule()] };
  expect(readSchedules(document, RULES).problems).toEqual([]);
  expect(isValid(document)).toBe(true);
  expect(readSchedules({ ...document, $schema: 5 }, RULES).problems).toMatchObject([
    { path: "$.$schema", code: "Invalid" },
  ]);
  const wrong = [
    {},
    { ...SNAPSHOTS, ...VERSION },
    { byTag: { kind: "snapshot", resourceGroup: "g", tags: {} } },
  ];
  for (const source of wrong)
    expect(isValid({ schedules: [wireSchedule({ source })] })).toBe(false);
});

test("all mistakes are told at once, and other schedules run all the same", () => {
  const wrong = wireSchedule({ id: "wrong", cron: "x", timeZone: "y", source: {}, request: {} });
  const { schedules } = read(wrong, wireSchedule(), 5, null);
  expect(mistakes(wrong)).toEqual([
    "$.schedules[0].cron InvalidCron",
    "$.schedules[0].timeZone UnknownTimeZone",
    "$.schedules[0].source OneSourceFinder",
    "$.schedules[0].request.targetRegions Required",
  ]);
  expect(schedules.map(({ schedule }) => schedule?.id)).toEqual([
    undefined,
    "golden",
    undefined,
    undefined,
  ]);
});

describe("a source that is the schedule's own target", () => {
  const from = (definition: string, change: object = {}) => ({
    newestVersionOf: {
      resourceGroup: "MyResourceGroup",
      gallery: "MyGallery",
      definition,
      ...change,
    },
  });
  const to = (id: string, definition: string, source: object) =>
    wireSchedule({ id, image: { ...TARGET, definition, location: "westus" }, source });
  const codes = (...schedules: unknown[]) => mistakes(...schedules).map((one) => one.split(" ")[1]);

  it.each([
    ["by its very name", from("MyImage")],
    [
      "in another spelling",
      from("MYIMAGE", {
        ...{ resourceGroup: "myresourcegroup", gallery: "MYGALLERY " },
        subscriptionId: SUBSCRIPTION.toUpperCase(),
      }),
    ],
  ])("%s is refused", (_how, source) => {
    expect(mistakes(wireSchedule({ source }))).toEqual([
      "$.schedules[0].source.newestVersionOf SourceIsTarget",
    ]);
  });

  it("by way of other schedules is refused in each of them, and in no other", () => {
    const { schedules } = read(
      to("a", "MyImage", from("base")),
      to("b", "base", from("MYIMAGE")),
      to("after", "app", from("base")),
    );
    expect(schedules.map(({ problems }) => problems[0]?.code)).toEqual([
      "SourceIsTarget",
      "SourceIsTarget",
      undefined,
    ]);
  });

  it("is no other definition: of another name, gallery, or in a chain that has a beginning", () => {
    const chain = [to("a", "MyImage", from("base")), to("b", "base", from("os"))];
    expect(
      codes(...chain, wireSchedule({ id: "c", source: from("MyImage", { gallery: "Other" }) })),
    ).toEqual([]);
  });
});

test("of two schedules with one id, in any case, neither runs", () => {
  const { schedules } = read(
    wireSchedule(),
    wireSchedule({ id: "GOLDEN" }),
    wireSchedule({ id: "x" }),
  );
  expect(schedules.map(({ schedule, problems }) => [schedule?.id, problems[0]?.code])).toEqual([
    [undefined, "DuplicateSchedule"],
    [undefined, "DuplicateSchedule"],
    ["x", undefined],
  ]);
});

test.each<[string, unknown, string]>([
  ["no object", [], "$ NotAnObject"],
  ["without schedules", {}, "$.schedules Required"],
  ["with schedules that are no list", { schedules: {} }, "$.schedules Invalid"],
  ["of another version", { schemaVersion: 2, schedules: [] }, "$.schemaVersion Invalid"],
  ["with a member that isn't there", { schedule: [], schedules: [] }, "$.schedule UnknownMember"],
])("a document %s is told as a whole", (_what, document, expected) => {
  const { problems } = readSchedules(document, RULES);
  expect(problems.map(({ path, code }) => `${path} ${code}`)).toEqual([expected]);
});

test.each<[string, object, string]>([
  ["of another version", { schemaVersion: 2 }, "Invalid"],
  ["with a member that isn't there", { paused: true }, "UnknownMember"],
])("no schedule of a document %s runs; its own mistakes are told as well", (_what, whole, code) => {
  const document = { ...whole, schedules: [wireSchedule(), wireSchedule({ id: "x", cron: "x" })] };
  const { schedules } = readSchedules(document, RULES);
  expect(
    schedules.map(({ id, schedule, problems }) => [id, schedule, problems.map((one) => one.code)]),
  ).toEqual([
    ["golden", undefined, [code]],
    ["x", undefined, ["InvalidCron", code]],
  ]);
});

test("docs/schedules.schema.json is what the code says (npm run schema)", () => {
  const text = readFileSync(join(ROOT, "docs/schedules.schema.json"), "utf8");
  expect(JSON.parse(text)).toEqual(schedulesJsonSchema());
});

test("a schedule of a fixed version is refused: its second run would find the number taken", () => {
  const fixed = withPart(["image", "version"], "1.0.0");
  expect(mistakes(fixed)).toEqual(["$.schedules[0].image.version VersionIsFixed"]);
  expect(isValid({ schedules: [fixed] })).toBe(false);
});
