import type { Looked } from "../../../../src/activities/checks/check";
import { numberFree } from "../../../../src/activities/checks/soft-deleted";
import { createSoftDeletedVersions } from "../../../../src/azure/soft-deleted-versions";
import { createFakeArm, type Answer } from "../../../support/fake-arm";
import { versionBody, versionState } from "../../../support/fake-version";
import { accepted, managedImageExample } from "../../../support/request-factory";

const request = accepted(managedImageExample());
const deleted = (...names: string[]): Answer => ({
  status: 200,
  body: { value: names.map((name) => ({ name, location: "westus", properties: {} })) },
});
const refusal = (status: number, code: string): Answer => ({
  status,
  body: { error: { code, message: "no" } },
});

async function check(answer: Answer, looked: Partial<Looked> = {}) {
  const { clients, sent } = createFakeArm(() => answer);
  const findings = await numberFree(createSoftDeletedVersions(clients))({
    request,
    existing: undefined,
    gallery: { provisioningState: "Succeeded", sharing: "Private", softDelete: true },
    definition: undefined,
    source: undefined,
    ...looked,
  });
  return {
    sent,
    found: [...findings.problems, ...findings.remarks].map(({ path, code }) => `${path} ${code}`),
  };
}

test.each<[string, Answer, string[]]>([
  ["its own number", deleted("0.9.0", "1.0.0"), ["$.image.version VersionSoftDeleted"]],
  ["other numbers", deleted("0.9.0", "11.0.0"), []],
  ["nothing", deleted(), []],
  ["no definition", refusal(404, "ResourceNotFound"), []],
  ["a refusal", refusal(403, "AuthorizationFailed"), ["$.image.version VersionNotChecked"]],
])("where the soft-deleted versions show %s", async (_, answer, expected) => {
  const { found, sent } = await check(answer);
  expect(found).toEqual(expected);
  expect(sent.map(({ url }) => url.pathname.toLowerCase())).toEqual([
    expect.stringMatching(/\/softdeletedartifacttypes\/images\/artifacts\/myimage\/versions$/),
  ]);
});

test.each<[string, Partial<Looked>]>([
  ["soft delete is off", { gallery: { provisioningState: "Succeeded", sharing: "Private" } }],
  ["the gallery isn't shown", { gallery: undefined }],
  ["the version is there", { existing: versionState(versionBody([])) }],
])("nothing is asked where %s", async (_, looked) => {
  const { found, sent } = await check(deleted("1.0.0"), looked);
  expect(found).toEqual([]);
  expect(sent).toEqual([]);
});
