import { RunningStack, sample } from "../end-to-end/running-stack";

const DISKS = "/providers/Microsoft.Compute/disks/verify-";
const SETS = ["WestUSDiskEncryptionSet", "EastUS2DiskEncryptionSet"];

describe("versions are verified by disks on the running stack", () => {
  const stack = new RunningStack();
  beforeAll(() => stack.start(["--speed", "300"]), 40_000);
  afterAll(() => stack.stop(), 20_000);

  async function publish(version: string, rollout: object): Promise<string> {
    const request = sample("request.json", { version, requestId: `r-${version}` });
    const body = JSON.stringify({ ...request, rollout: { verify: "disk", ...rollout } });
    const answer = await stack.http("/api/publications", { method: "POST", body });
    expect(answer.status).toBe(202);
    return answer.body.id as string;
  }
  /** Names of the disks of verifications that Azure has now. */
  async function disksLeft(): Promise<string[]> {
    return (await stack.diskNames()).filter((name) => name.startsWith("verify-"));
  }
  const written = (method: string): string[] =>
    stack.armCalls(method, DISKS).map(({ path }) => path);

  it("each region is proved with its own sets, wave by wave, told so, and no disk is left", async () => {
    await publish("7.0.1", { waves: [["westus"], ["eastus2"]] });
    const ended = await stack.ended("r-7.0.1");
    expect(ended.state).toBe("published");
    expect(ended.outcome.regions).toEqual(
      ["westus", "eastus2"].map((region) => ({ region, kind: "completed", verified: true })),
    );
    expect(ended.regions.map(({ verified }: { verified?: boolean }) => verified)).toEqual([
      true,
      true,
    ]);
    const puts = stack.armCalls("PUT", DISKS);
    expect(puts.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    const disks = puts
      .map(({ body }) => body as MadeDisk)
      .map(({ location, properties }) => [
        location,
        properties.creationData.galleryImageReference.lun,
        properties.encryption.diskEncryptionSetId.split("/").at(-1),
      ]);
    expect(disks).toEqual([
      ["westus", undefined, `${SETS[0]}1`],
      ["westus", 0, `${SETS[0]}2`],
      ["eastus2", undefined, `${SETS[1]}1`],
      ["eastus2", 0, `${SETS[1]}2`],
    ]);
    expect(written("DELETE")).toEqual(written("PUT"));
    expect(await disksLeft()).toEqual([]);
  });

  it("a region that isn't shown yet is waited for, and a host that is killed meanwhile leaves no disk either", async () => {
    const put = { method: "PUT", pathContains: "eastus2-os", times: 1 };
    const key = await stack.addFault({
      http: { ...put, status: 404, code: "GalleryImageNotFound" },
    });
    const before = stack.armCalls("PUT", DISKS).length;
    await publish("7.0.2", {});
    await stack.eventually("the first disk", async () =>
      stack.armCalls("PUT", DISKS).length > before ? true : undefined,
    );
    await stack.kill("functions-host");
    const ended = await stack.ended("r-7.0.2", 60_000);
    expect(ended.state).toBe("published");
    expect(ended.outcome.regions).toMatchObject([{ verified: true }, { verified: true }]);
    expect(await stack.faults([key])).toMatchObject([{ struck: 1 }]);
    expect(await disksLeft()).toEqual([]);
  }, 90_000);

  it("a disk that Azure refuses fails its region, whose copy stays, and a redrive proves it", async () => {
    const key = await stack.addFault({
      http: { method: "PUT", pathContains: "eastus2-os", status: 403, code: "Forbidden" },
    });
    await publish("7.0.3", {});
    const ended = await stack.ended("r-7.0.3");
    expect(ended.state).toBe("partlyPublished");
    expect(ended.outcome.regions).toMatchObject([
      { region: "westus", kind: "completed", verified: true },
      { region: "eastus2", kind: "failed", fault: { code: "VerificationFailed" } },
    ]);
    const version = await stack.readVersion(ended.image.id);
    expect(version.replicationStatus?.aggregatedState).toBe("Completed");
    expect(version.publishingProfile?.excludeFromLatest).toBe(true);
    expect(await disksLeft()).toEqual([]);

    await stack.clearFault(key);
    const said = JSON.stringify({ who: "Ada", why: "the right was granted" });
    const redrive = `/api/failures/${ended.failureId}/redrive`;
    expect((await stack.http(redrive, { method: "POST", body: said })).status).toBe(202);
    const again = await stack.eventually("the end of the redrive", async () => {
      const { body } = await stack.http(`/api/publications/${ended.id}`);
      return body.runId !== ended.runId && body.endedAt !== undefined ? body : undefined;
    });
    expect(again.state).toBe("published");
    expect(again.outcome.regions).toMatchObject([{ verified: true }, { verified: true }]);
    expect(await disksLeft()).toEqual([]);
  }, 60_000);
});

interface MadeDisk {
  location: string;
  properties: {
    creationData: { galleryImageReference: { id: string; lun?: number } };
    encryption: { diskEncryptionSetId: string };
  };
}
