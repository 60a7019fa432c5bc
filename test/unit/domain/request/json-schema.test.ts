import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { requestJsonSchema } from "../../../../src/domain/request/json-schema";
import { readStructure } from "../../../../src/domain/request/structure";
import {
  managedImageExample,
  powerShellExample,
  snapshotExample,
  withMember,
} from "../../../support/request-factory";

const ROOT = join(__dirname, "../../../..");
const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(requestJsonSchema());
const sample = (name: string): unknown =>
  JSON.parse(readFileSync(join(ROOT, "samples", name), "utf8"));

test("docs/request.schema.json is what the code says (npm run schema)", () => {
  const text = readFileSync(join(ROOT, "docs/request.schema.json"), "utf8");
  expect(JSON.parse(text)).toEqual(requestJsonSchema());
});

test.each([
  ["the managed image example", managedImageExample()],
  ["the snapshot example", snapshotExample()],
  ["the PowerShell example", powerShellExample()],
  ["samples/request.json", sample("request.json")],
  ["samples/request-snapshots.json", sample("request-snapshots.json")],
  ["samples/request-40-regions.json", sample("request-40-regions.json")],
])("%s is valid", (_name, request) => {
  expect([isValid(request), isValid.errors]).toEqual([true, null]);
});

test.each<[string, (string | number)[], unknown]>([
  ["no image", ["image"], undefined],
  ["an image by id and by parts", ["image", "id"], "/subscriptions/x"],
  ["a source that is a text", ["source"], "myImage"],
  ["no target regions", ["targetRegions"], []],
  ["a region that is null", ["targetRegions", 0], null],
  ["a region without a name", ["targetRegions", 1, "name"], undefined],
  ["a member that isn't there", ["targetregions"], []],
  ["a member of a region that isn't there", ["targetRegions", 0, "encrypt"], {}],
  ["a replica count that is a text", ["replicaCount"], "2"],
  ["half a replica", ["targetRegions", 0, "regionalReplicaCount"], 1.5],
  ["a LUN over 63", ["targetRegions", 0, "encryption", "dataDiskImages", 0, "lun"], 64],
  ["a tag that is a number", ["tags"], { build: 7 }],
  ["an unknown policy", ["rollout"], { onFailure: "ignore" }],
  ["an unknown check", ["preflight"], { network: true }],
  ["a check that is a text", ["preflight"], { keyVault: "yes" }],
  ["another schema version", ["schemaVersion"], 2],
])("%s is refused by the schema and by the admission", (_name, path, value) => {
  const request = withMember(managedImageExample(), path, value);
  expect(isValid(request)).toBe(false);
  expect(readStructure(request).problems).not.toEqual([]);
});
