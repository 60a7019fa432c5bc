import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  diskEncryptionSchema,
  encryptionSchema,
  memberSchemas,
  preflightSchema,
  regionSchema,
  rolloutSchema,
  securityProfileSchema,
  sourceSchema,
} from "../../../../src/domain/request/schema";
import { regionSettings } from "../../../../src/domain/plan/existing-region";
import { DEFAULTS } from "../../../../src/domain/request/publish-request";
import { fingerprint } from "../../../../src/domain/run/identity";
import { accepted, managedImageExample, refusals } from "../../../support/request-factory";

const ROOT = join(__dirname, "../../../..");
const text = readFileSync(join(ROOT, "docs/request.md"), "utf8");
const examples = [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = ""]) => json);

test("the document has examples", () => {
  expect(examples).toHaveLength(2);
});

test.each(examples)("an example of the document is accepted", (json) => {
  expect(refusals(JSON.parse(json))).toEqual([]);
});

test("the first example is the customer's, and means the same", () => {
  expect(accepted(JSON.parse(examples[0] ?? ""))).toEqual(accepted(managedImageExample()));
});

/** Of a new version, whose regions are all new: what the request doesn't say is the default. */
function filledIn(raw: unknown): object {
  const { locationIsDefault: _, ...request } = accepted(raw);
  return {
    ...DEFAULTS,
    ...request,
    targetRegions: request.targetRegions.map((region) => ({
      ...region,
      ...regionSettings(region, undefined),
    })),
  };
}

test("the document says every default right: without them the second example makes the same version", () => {
  const said = JSON.parse(examples[1] ?? "") as Record<string, unknown>;
  const [region] = said["targetRegions"] as Record<string, unknown>[];
  const { image, source, endOfLifeDate, tags } = said;
  const terse = {
    image: { id: (image as { id: string }).id },
    source,
    endOfLifeDate,
    tags,
    targetRegions: [{ name: "westus", encryption: region?.["encryption"] }],
  };
  expect(filledIn(terse)).toEqual(accepted(said));
  expect(fingerprint(accepted(terse))).not.toBe(fingerprint(accepted(said)));
});

test.each(["samples/request.json", "samples/request-snapshots.json"])("%s is accepted", (path) => {
  expect(refusals(JSON.parse(readFileSync(join(ROOT, path), "utf8")))).toEqual([]);
});

test("every member that the schema knows stands in the document", () => {
  const members = [
    memberSchemas,
    sourceSchema.shape,
    encryptionSchema.shape,
    regionSchema.shape,
    diskEncryptionSchema.shape,
    preflightSchema.shape,
    securityProfileSchema.shape,
    rolloutSchema.shape,
  ].flatMap((shape) => Object.keys(shape));
  const missing = members.filter((member) => !new RegExp(`\`${member}[.\`]`).test(text));
  expect(missing).toEqual([]);
});

test("every problem that a request can have stands in the document", () => {
  const folder = join(ROOT, "src/domain/request");
  const sources = [
    ...readdirSync(folder).map((file) => join(folder, file)),
    join(ROOT, "src/domain/encryption/reference.ts"),
  ].map((path) => readFileSync(path, "utf8"));
  const words = sources.flatMap((source) =>
    [...source.matchAll(/"([A-Z][A-Za-z]+)"/g)].map(([, word = ""]) => word),
  );
  const replicationModes = ["Full", "Shallow"];
  const codes = new Set(words.filter((word) => !replicationModes.includes(word)));
  expect(codes.size).toBeGreaterThan(25);
  expect([...codes].filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});
