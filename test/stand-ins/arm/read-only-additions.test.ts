import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { SUBSCRIPTION, testWorld } from "./support/worlds";

const GROUP = "myResourceGroup";

describe("what the service adds to what a client wrote", () => {
  let arm: ArmFixture;
  beforeAll(async () => {
    arm = await startArm({ world: testWorld() });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  it("is a gallery's unique name, also after an update", async () => {
    const { galleries } = arm.client();
    await galleries.createOrUpdate(GROUP, "Another", { location: "westus" }).submitted();
    await arm.pass(100);
    await galleries.update(GROUP, "Another", { description: "now with words" }).submitted();
    expect(await galleries.get(GROUP, "Another")).toMatchObject({
      description: "now with words",
      identifier: { uniqueName: `${SUBSCRIPTION}-ANOTHER` },
    });
  });

  it("is the time at which a disk encryption set got another key, and no time before", async () => {
    const { diskEncryptionSets } = arm.client();
    const written = async (keyUrl: string) => {
      const set = { location: "westus", activeKey: { keyUrl } };
      await diskEncryptionSets.createOrUpdate(GROUP, "rotated", set).submitted();
      await arm.pass(100);
      return (await diskEncryptionSets.get(GROUP, "rotated")).lastKeyRotationTimestamp;
    };
    expect(await written("https://kv.vault.azure.net/keys/a/1")).toBeUndefined();
    expect(await written("https://kv.vault.azure.net/keys/a/1")).toBeUndefined();
    const rotated = await written("https://kv.vault.azure.net/keys/a/2");
    expect(rotated).toBeInstanceOf(Date);
    expect(await written("https://kv.vault.azure.net/keys/a/2")).toEqual(rotated);
  });
});
