import { checkSourceKind } from "../../../../src/domain/preflight/check-source-kind";
import type { ImageSource } from "../../../../src/domain/request/publish-request";
import { accepted, computeId, managedImageExample } from "../../../support/request-factory";

const request = accepted(managedImageExample());
const version: ImageSource = {
  kind: "galleryImageVersion",
  id: computeId("galleries/G/images/I/versions", "1.0.0"),
};
const vhd: ImageSource = { kind: "vhd", uri: "https://a/b.vhd", storageAccountId: "x" };
const disk: ImageSource = { kind: "managedDisk", id: computeId("disks", "d") };

test.each([
  ["a gallery image version", version, true],
  ["a VHD", vhd, true],
  ["a disk", disk, false],
  ["a managed image", request.source, false],
])("that Azure may refuse to encrypt a version made from %s is said: %#", (words, source, said) => {
  const remarks = checkSourceKind({ ...request, source });
  expect(remarks.map(({ code, severity }) => `${code} ${severity}`)).toEqual(
    said ? ["SourceMayNotBeEncryptable warning"] : [],
  );
  for (const { message } of remarks) expect(message).toContain(words);
});

test("of a version without customer-managed keys nothing is said", () => {
  expect(checkSourceKind({ ...request, source: vhd, encryption: { type: "none" } })).toEqual([]);
});
