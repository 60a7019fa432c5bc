import { beginVerification } from "../../../src/activities/begin-verification";
import { deleteDisks } from "../../../src/activities/delete-disks";
import { verifyRegion } from "../../../src/activities/verify-region";
import type { Fault } from "../../../src/domain/fault";
import type { VerificationDisk } from "../../../src/domain/rollout/verification";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { azureFault } from "../../support/azure-fault";
import { armFault, createFakeAzure } from "../../support/fake-azure";
import { managedImageExample, setId, SUBSCRIPTION } from "../../support/request-factory";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/Verifications`;
const OS: VerificationDisk = { disk: "os", name: "v-os", diskEncryptionSetId: setId("os") };
const DATA: VerificationDisk = { disk: 0, name: "v-lun0", diskEncryptionSetId: setId("data") };
const idOf = ({ name }: VerificationDisk): string =>
  `${GROUP}/providers/Microsoft.Compute/disks/${name}`;
const NOT_THERE = azureFault("GalleryImageNotFound", "transient", "not available", "none");
const REFUSED = azureFault("Denied", "permanent", "no", "mend it");

async function scene() {
  const fake = createFakeAzure();
  const run = await fake.run(managedImageExample());
  let operations: Record<string, string> = {};
  return {
    ...fake,
    run,
    /** One look, with what the look before has brought. */
    look: async (disks = [OS, DATA]) => {
      const input = { ...run, region: "westus", group: GROUP, disks, operations };
      const answer = await verifyRegion(fake.dependencies)(input);
      if (answer.kind === "making") ({ operations } = answer);
      return answer;
    },
    remove: (names = [OS.name, DATA.name]) =>
      deleteDisks(fake.dependencies)({ ...run, group: GROUP, names }),
  };
}

describe("what is about to be made is recorded", () => {
  it("before it is made, with the place that it will have", async () => {
    const { dependencies, run, documents } = await scene();
    const begun = await beginVerification(dependencies)({ ...run, write: 3, names: ["v-os"] });
    expect(begun).toEqual({ kind: "begun", group: GROUP });
    expect(await documents.read(documentPaths.undo(run.publicationId, run.runId))).toEqual([
      { activity: "deleteDisks", write: 3, group: GROUP, names: ["v-os"] },
    ]);
  });
});

describe("a region's disks", () => {
  it("are made at the first look, waited for, and judged when they are there", async () => {
    const { look, disks } = await scene();
    disks.behaviour.isMade = () => false;
    expect(await look()).toMatchObject({
      kind: "making",
      operations: { "v-os": expect.any(String), "v-lun0": expect.any(String) },
    });
    expect(await look()).toMatchObject({ kind: "making" });
    disks.behaviour.isMade = () => true;
    expect(await look()).toEqual({ kind: "verified" });
    expect(disks.made.map(({ id }) => id)).toEqual([idOf(OS), idOf(DATA)]);
  });

  it("that this run has made before its process ended are found again, and not made twice", async () => {
    const { look, disks, run, dependencies } = await scene();
    await look();
    const input = { ...run, region: "westus", group: GROUP, disks: [OS, DATA], operations: {} };
    expect(await verifyRegion(dependencies)(input)).toEqual({ kind: "verified" });
    expect(disks.made).toHaveLength(2);
  });

  it("don't stop one another: what Azure doesn't show yet is asked for again", async () => {
    const { look, disks } = await scene();
    disks.behaviour.troubles.create = [NOT_THERE];
    expect(await look()).toMatchObject({ kind: "making", fault: { code: "GalleryImageNotFound" } });
    expect(disks.made.map(({ id }) => id)).toEqual([idOf(DATA)]);
    await look();
    expect(await look()).toEqual({ kind: "verified" });
  });

  it("are begun again when their making ended because the image isn't shown yet", async () => {
    const { look, disks } = await scene();
    let failing: Fault | undefined = NOT_THERE;
    disks.behaviour.failing = () => failing;
    await look([OS]);
    expect(await look([OS])).toMatchObject({ kind: "making" });
    failing = undefined;
    expect(await look([OS])).toEqual({ kind: "verified" });
    expect(disks.made).toHaveLength(2);
  });

  it("are waited for while their making goes on and nothing of them is to be seen", async () => {
    const { look, disks } = await scene();
    await look([OS]);
    disks.there.clear();
    disks.behaviour.isMade = () => false;
    expect(await look([OS])).toMatchObject({ kind: "making" });
    expect(disks.made).toHaveLength(1);
    disks.behaviour.failing = () => REFUSED;
    disks.behaviour.isMade = () => true;
    expect(await look([OS])).toMatchObject({
      fault: { message: expect.stringContaining("Denied") },
    });
  });

  it.each<[string, Fault, string]>([
    ["refused at once", REFUSED, "Denied: no"],
    [
      "not to be read",
      azureFault("AuthorizationFailed", "operator", "may not", "grant"),
      "may not",
    ],
  ])("that are %s fail the region, in Azure's words", async (_what, fault, words) => {
    const { look, disks } = await scene();
    disks.behaviour.troubles[words === "may not" ? "get" : "create"] = [fault];
    expect(await look()).toMatchObject({
      kind: "failed",
      fault: { code: "VerificationFailed", message: expect.stringContaining(words) },
    });
  });

  it("that ended Failed before the process did are begun again, which tells why", async () => {
    const { look, disks, run, dependencies } = await scene();
    disks.behaviour.failing = () => REFUSED;
    await look([OS]);
    const input = { ...run, region: "westus", group: GROUP, disks: [OS], operations: {} };
    expect(await verifyRegion(dependencies)(input)).toMatchObject({ kind: "making" });
    expect(await look([OS])).toMatchObject({
      fault: { message: expect.stringContaining("Denied") },
    });
    expect(disks.made).toHaveLength(2);
  });

  it("that ended Failed without a word fail the region", async () => {
    const { look, disks } = await scene();
    disks.behaviour.failing = () => REFUSED;
    await look([OS]);
    jest.spyOn(disks.disks, "readOperation").mockResolvedValue(undefined);
    expect(await look([OS])).toMatchObject({
      fault: { code: "VerificationFailed", message: expect.stringContaining("gave no reason") },
    });
  });

  it("can't be looked at while storage is away, which passes", async () => {
    const { look, dependencies } = await scene();
    dependencies.documents.read = () => Promise.reject(new Error("storage is away"));
    expect(await look()).toMatchObject({ kind: "wait", fault: { advice: "transient" } });
  });
});

describe("disks are deleted", () => {
  it("and asked for until none is there; once more is no mistake", async () => {
    const { look, remove, disks } = await scene();
    await look();
    expect(await remove()).toMatchObject({ kind: "wait" });
    expect(await remove()).toEqual({ kind: "gone" });
    expect(await remove()).toEqual({ kind: "gone" });
    expect(disks.deleted).toHaveLength(2);
  });

  it("but for those that Azure keeps, which don't keep the others", async () => {
    const { look, remove, disks } = await scene();
    await look();
    disks.behaviour.troubles.delete = [REFUSED];
    expect(await remove()).toMatchObject({ kind: "wait" });
    disks.behaviour.troubles.delete = [REFUSED];
    expect(await remove()).toMatchObject({ kind: "left", names: ["v-os"], fault: REFUSED });
    expect([...disks.there.keys()]).toEqual([idOf(OS)]);
  });

  it("only if this run has made them", async () => {
    const { remove, disks } = await scene();
    jest
      .spyOn(disks.disks, "get")
      .mockResolvedValue({ provisioningState: "Succeeded", tags: {}, encryption: {} });
    expect(await remove()).toMatchObject({ kind: "left", fault: { code: "DiskKept" } });
    expect(disks.deleted).toEqual([]);
  });

  it("not before what goes on with them is over", async () => {
    const { look, remove, disks } = await scene();
    await look();
    const conflict = armFault({ code: "Conflict", advice: "waitForOperation" }).fault;
    disks.behaviour.troubles.delete = [conflict, conflict];
    expect(await remove()).toMatchObject({ kind: "wait", fault: { code: "Conflict" } });
  });

  it("and a mistake of ours is thrown, not taken for Azure's answer", async () => {
    const { remove, disks } = await scene();
    jest.spyOn(disks.disks, "get").mockRejectedValue(new TypeError("a mistake"));
    await expect(remove()).rejects.toThrow("a mistake");
  });
});
