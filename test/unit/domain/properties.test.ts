import fc from "fast-check";
import { parseArmId, printArmId, sameArmId } from "../../../src/domain/arm-id";
import { knownRegions, nearestRegion, regionName } from "../../../src/domain/region-name";
import { fingerprint, publicationId, watcherId } from "../../../src/domain/run/identity";
import { isVersionName } from "../../../src/domain/version-name";
import {
  accepted,
  managedImageExample,
  parse,
  powerShellExample,
  snapshotExample,
  SUBSCRIPTION,
  withMember,
} from "../../support/request-factory";

const STORAGE_ACCOUNT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/images`;

/** The same cases in every run: a property that fails must fail for everybody. */
const RUNS = { seed: 20_261_124, numRuns: 300 };
function check(property: fc.IRawProperty<unknown, false>): void {
  fc.assert(property, RUNS);
}

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,78}[A-Za-z0-9]$/);
const version = fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((parts) => parts.join("."));
const imageTarget = fc.record({
  subscriptionId: fc.uuid(),
  resourceGroup: fc.stringMatching(/^[A-Za-z0-9_.()-]{0,89}[A-Za-z0-9_()-]$/),
  gallery: fc.oneof(name, fc.constant("G".repeat(80))),
  definition: fc.oneof(name, fc.constant("d".repeat(80))),
  version,
});
/** Turns letters of a text to upper case where the mask says so. */
const shout = (text: string, mask: boolean[]): string =>
  [...text].map((letter, at) => (mask[at % mask.length] ? letter.toUpperCase() : letter)).join("");
const mask = fc.array(fc.boolean(), { minLength: 1, maxLength: 20 });

/** The same value with the members of every object in another order. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => ({ key, member, at: random() }));
  return Object.fromEntries(
    members.sort((a, b) => a.at - b.at).map(({ key, member }) => [key, shuffled(member, random)]),
  );
}
const seeded = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));

describe("requests", () => {
  test("any JSON is answered, never thrown at", () => {
    check(
      fc.property(fc.jsonValue(), (raw) => {
        const result = parse(raw);
        expect(result.kind).toBe("invalid");
        if (result.kind === "invalid") expect(result.problems.length).toBeGreaterThan(0);
      }),
    );
  });

  test("any JSON in the place of any member is answered with a place that begins at the root", () => {
    const paths = [
      ["image"],
      ["image", "version"],
      ["image", "location"],
      ["source"],
      ["source", "dataSnapshots", 0],
      ["encryption"],
      ["targetRegions"],
      ["targetRegions", 0],
      ["targetRegions", 1, "name"],
      ["targetRegions", 1, "encryption"],
      ["targetRegions", 1, "encryption", "dataDiskImages", 0],
      ["replicaCount"],
      ["endOfLifeDate"],
      ["tags"],
      ["rollout"],
      ["rollout", "waves"],
      ["rollout", "timeout"],
    ];
    const example = snapshotExample({ rollout: {}, encryption: {} });
    check(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const result = parse(withMember(example, path, value));
        if (result.kind === "invalid")
          for (const found of result.problems) expect(found.path).toMatch(/^\$($|[.[])/);
      }),
    );
  });
});

describe("names", () => {
  test("a resource id that is printed and parsed is the same id", () => {
    check(
      fc.property(fc.uuid(), name, fc.array(fc.tuple(name, name), { minLength: 1 }), (...parts) => {
        const [subscriptionId, resourceGroup, segments] = parts;
        const id = {
          subscriptionId,
          resourceGroup,
          type: ["Microsoft.Compute", ...segments.map(([type]) => type)].join("/"),
          names: segments.map(([, own]) => own),
        };
        expect(parseArmId(printArmId(id))).toEqual(id);
        expect(parseArmId(printArmId(id).slice(1))).toEqual(id);
      }),
    );
  });

  test("ids are equal whatever their case, leading and trailing slash", () => {
    check(
      fc.property(imageTarget, mask, ({ subscriptionId, resourceGroup, gallery }, letters) => {
        const id = printArmId({
          subscriptionId,
          resourceGroup,
          type: "Microsoft.Compute/galleries",
          names: [gallery],
        });
        expect(sameArmId(id, `${shout(id, letters).slice(1)}/`)).toBe(true);
        expect(sameArmId(id, `${id}x`)).toBe(false);
      }),
    );
  });

  test("the short form of a region is a fixed point, and its display name has the same", () => {
    check(
      fc.property(fc.string(), (text) => {
        expect(regionName(regionName(text))).toBe(regionName(text));
      }),
    );
    expect(regionName("East US 2")).toBe("eastus2");
  });

  test("a known region is nearest to itself", () => {
    const known = knownRegions(["Mars West"]);
    expect(known).toContain("marswest");
    for (const region of known) expect(nearestRegion(region, known)).toBe(region);
    expect(nearestRegion("notaregionatall", known)).toBeUndefined();
  });

  test("a version name is three numbers of 32 bits", () => {
    check(fc.property(version, (text) => expect(isVersionName(text)).toBe(true)));
    for (const text of ["1", "1.0", "1.0.0.0", "1.0.-1", "1.0.x", "1.0.2147483648", " 1.0.0"])
      expect([text, isVersionName(text)]).toEqual([text, false]);
    expect(isVersionName("2147483647.0.0")).toBe(true);
  });

  test("every number has one name that a request may ask for: two would be two versions, each with a writer", () => {
    const padded = fc
      .tuple(version, fc.nat(2), fc.integer({ min: 1, max: 9 }))
      .map(([name, at, zeros]): [string, string] => {
        const parts = name.split(".");
        parts[at] = "0".repeat(zeros) + parts[at];
        return [name, parts.join(".")];
      });
    fc.assert(
      fc.property(padded, ([name, other]) => {
        const asking = (text: string) =>
          parse(withMember(managedImageExample(), ["image", "version"], text));
        expect(asking(name).kind).toBe("valid");
        expect(asking(other)).toMatchObject({
          problems: [{ code: "InvalidVersionName", action: `write ${name}` }],
        });
      }),
      { ...RUNS, numRuns: 50 },
    );
  });
});

describe("identities", () => {
  test("a publication's id is short, lower case, and has no character that a durable id may not have", () => {
    check(
      fc.property(imageTarget, (image) => {
        const id = publicationId(image);
        expect(id.length).toBeLessThanOrEqual(100);
        expect(id).toMatch(/^[a-z0-9.-]+$/);
        const watcher = watcherId(id, "20261124T120000Z-0123abcd", 1_764_158_400_000, 9999);
        expect(watcher.length).toBeLessThanOrEqual(100);
        expect(watcher).toMatch(/^[a-z0-9.-]+$/);
      }),
    );
  });

  test("two spellings of one version have one publication, another version has another", () => {
    check(
      fc.property(imageTarget, mask, (image, letters) => {
        const other = {
          ...image,
          resourceGroup: shout(image.resourceGroup, letters),
          gallery: shout(image.gallery, letters),
          definition: shout(image.definition, letters),
        };
        expect(publicationId(other)).toBe(publicationId(image));
        expect(publicationId({ ...image, version: `${image.version}1` })).not.toBe(
          publicationId(image),
        );
      }),
    );
  });

  test("each watch of each run has its own watcher, also when the run is started again", () => {
    const first = watcherId("p", "run-1", 0, 1);
    expect(watcherId("p", "run-2", 0, 1)).not.toBe(first);
    expect(watcherId("p", "run-1", 0, 2)).not.toBe(first);
    expect(watcherId("p", "run-1", 5, 1)).not.toBe(first);
  });

  test("a fingerprint doesn't depend on the order of members and regions, nor on the case of names", () => {
    const examples = [managedImageExample(), snapshotExample(), powerShellExample()];
    check(
      fc.property(fc.constantFrom(...examples), seeded, mask, (example, stream, letters) => {
        const random = (): number => stream.next().value ?? 0;
        const regions = example["targetRegions"] as { name: string }[];
        const respelt = {
          ...example,
          requestId: "another",
          targetRegions: regions
            .map((region) => ({ ...region, name: shout(region.name, letters) }))
            .sort(() => (random() < 0.5 ? -1 : 1)),
          image: Object.fromEntries(
            Object.entries(example["image"] as Record<string, string>).map(([key, value]) => [
              key,
              shout(value, letters),
            ]),
          ),
        };
        expect(fingerprint(accepted(shuffled(respelt, random)))).toBe(
          fingerprint(accepted(example)),
        );
      }),
    );
  });

  test.each<[string, (spelling: string) => Record<string, unknown>]>([
    [
      "of a blob",
      (spelling) => ({
        source: {
          vhd: {
            uri: `https://images.blob.core.windows.net/disks/${spelling}.vhd`,
            storageAccountId: STORAGE_ACCOUNT,
          },
        },
      }),
    ],
    ["of a tag's value", (spelling) => ({ tags: { team: spelling } })],
    [
      "of the value of a tag that sets are found by",
      (spelling) => ({
        encryption: {
          type: "customerManagedKey",
          diskEncryptionSets: { byTag: { team: spelling } },
        },
        targetRegions: [{ name: "westus" }],
      }),
    ],
  ])("a fingerprint tells another spelling %s", (_name, change) => {
    const print = (spelling: string) =>
      fingerprint(accepted(managedImageExample(change(spelling))));
    expect(print("golden")).not.toBe(print("Golden"));
    expect(print("golden")).toBe(print("golden"));
  });

  test("a fingerprint doesn't depend on the case of names beside what is case-sensitive", () => {
    const print = (name: string, account: string) =>
      fingerprint(
        accepted(
          managedImageExample({
            encryption: {
              type: "customerManagedKey",
              diskEncryptionSets: { byTag: { [name]: "Golden" } },
            },
            targetRegions: [{ name: "westus" }],
            source: {
              vhd: {
                uri: "https://images.blob.core.windows.net/disks/a.vhd",
                storageAccountId: account,
              },
            },
          }),
        ),
      );
    expect(print("TEAM", STORAGE_ACCOUNT.replace("images", "Images"))).toBe(
      print("team", STORAGE_ACCOUNT),
    );
  });

  test.each([
    ["another replica count", ["targetRegions", 0, "regionalReplicaCount"], 3],
    ["another set", ["targetRegions", 1, "encryption", "osDiskImage", "diskEncryptionSetId"], "x"],
    ["another tag", ["tags"], { a: "b" }],
    ["another time-out", ["rollout"], { timeout: "PT5H" }],
    ["an end of life", ["endOfLifeDate"], "2027-12-01"],
    ["exclusion from latest", ["excludeFromLatest"], true],
    ["double encryption", ["encryption"], { type: "platformAndCustomerManagedKeys" }],
  ])("a fingerprint tells %s", (_name, path, value) => {
    const example = managedImageExample();
    expect(fingerprint(accepted(withMember(example, path, value)))).not.toBe(
      fingerprint(accepted(example)),
    );
  });
});
