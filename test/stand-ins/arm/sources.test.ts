import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, des, image, region, testWorld, versionBody } from "./support/worlds";

const disk = (name: string): string => `${COMPUTE}/disks/${name}`;
const machine = (name: string): string => `${COMPUTE}/virtualMachines/${name}`;
const POLL = { updateIntervalInMs: 1 };
const GROUP = "myResourceGroup";

describe("what versions are made from, over REST", () => {
  let arm: ArmFixture;
  let count = 0;
  beforeAll(async () => {
    arm = await startArm({ world: testWorld() });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  /** Follows an SDK call to its end. */
  async function done<T>(poller: { submitted(): Promise<void>; pollUntilDone(): Promise<T> }) {
    await poller.submitted();
    await arm.pass(5000);
    return await poller.pollUntilDone();
  }
  const makeDisk = (name: string, more: object = {}) =>
    done(
      arm.client().disks.createOrUpdate(
        GROUP,
        name,
        {
          location: "westus",
          diskSizeGB: 40,
          osType: "Linux",
          hyperVGeneration: "V2",
          creationData: { createOption: "Empty" },
          ...more,
        },
        POLL,
      ),
    );
  const makeMachine = (name: string, data: string[] = [], more: object = {}) =>
    done(
      arm.client().virtualMachines.createOrUpdate(
        GROUP,
        name,
        {
          location: "westus",
          storageProfile: {
            osDisk: { createOption: "Attach", managedDisk: { id: disk(`${name}-os`) } },
            dataDisks: data.map((id, lun) => ({
              lun,
              createOption: "Attach",
              managedDisk: { id },
            })),
          },
          ...more,
        },
        POLL,
      ),
    );
  const version = async (storageProfile: Record<string, unknown>, regions = [{ name: "westus" }]) =>
    await arm.call(
      "PUT",
      `${DEFINITION}/versions/4.${++count}.0`,
      versionBody(regions, { storageProfile }),
    );

  it("a machine is made of disks, generalized, and captured with their sizes and LUNs", async () => {
    await makeDisk("vm-os");
    await makeDisk("vm-data", { diskSizeGB: 15 });
    const made = await makeMachine("vm", [disk("vm-data")]);
    expect(made).toMatchObject({ name: "vm", provisioningState: "Succeeded" });
    const { virtualMachines } = arm.client();
    const expand = { expand: "instanceView" } as const;
    const codes = async () =>
      (await virtualMachines.get(GROUP, "vm", expand)).instanceView?.statuses?.map((s) => s.code);
    expect(await codes()).not.toContain("OSState/generalized");
    const source = { source: { virtualMachineId: machine("vm") } };
    expect((await version(source)).body.error.message).toContain("is not 'Specialized'");
    await virtualMachines.generalize(GROUP, "vm");
    expect(await codes()).toContain("OSState/generalized");
    expect((await virtualMachines.get(GROUP, "vm")).instanceView).toBeUndefined();
    await expect(
      arm.client().disks.delete(GROUP, "vm-data", POLL).submitted(),
    ).rejects.toMatchObject({ statusCode: 409, code: "OperationNotAllowed" });
    for (const whole of [source, { source: { id: machine("vm") } }]) {
      const created = await version(whole);
      expect(created.status).toBe(201);
      await arm.pass(5000);
      const { storageProfile } = (await arm.call("GET", created.body.id)).body.properties;
      expect(storageProfile.osDiskImage.sizeInGB).toBe(40);
      expect(storageProfile.dataDiskImages).toMatchObject([{ lun: 0, sizeInGB: 15 }]);
    }
  });

  it("a machine needs disks that are there, and a security type that exists", async () => {
    await expect(makeMachine("none")).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining("disks/none-os' was not found in location 'westus'"),
    });
    await makeDisk("typed-os");
    const securityProfile = (securityType: string) => ({ securityProfile: { securityType } });
    await expect(makeMachine("typed", [], securityProfile("Secret"))).rejects.toMatchObject({
      message: expect.stringContaining("'Secret'"),
    });
    const made = await makeMachine("typed", [], securityProfile("trustedlaunch"));
    expect(made.securityProfile?.securityType).toBe("TrustedLaunch");
    const names: string[] = [];
    for await (const { name } of arm.client().virtualMachines.list(GROUP)) names.push(name ?? "");
    expect(names).toContain("typed");
  });

  it("a managed image is captured from a generalized machine, but not from one with Trusted Launch", async () => {
    await makeDisk("gold-os");
    await makeMachine("gold");
    const capture = (name: string) =>
      done(
        arm
          .client()
          .images.createOrUpdate(
            GROUP,
            name,
            { location: "westus", sourceVirtualMachine: { id: machine("gold") } },
            POLL,
          ),
      );
    await expect(capture("early")).rejects.toMatchObject({ code: "OperationNotAllowed" });
    await arm.client().virtualMachines.generalize(GROUP, "gold");
    const made = await capture("captured");
    expect(made.storageProfile?.osDisk).toMatchObject({ osType: "Linux", diskSizeGB: 40 });
    expect((await version({ source: { id: image("captured") } })).status).toBe(201);
    await makeMachine("gold", [], { securityProfile: { securityType: "TrustedLaunch" } });
    await expect(capture("trusted")).rejects.toMatchObject({ code: "OperationNotAllowed" });
  });

  it("a snapshot takes size, system and generation over from the disk that it copies", async () => {
    await makeDisk("original", { hyperVGeneration: "v1" });
    const creationData = { createOption: "Copy", sourceResourceId: disk("original") };
    const { snapshots } = arm.client();
    const copy = await done(
      snapshots.createOrUpdate(GROUP, "copy", { location: "westus", creationData }, POLL),
    );
    expect(copy).toMatchObject({ diskSizeGB: 40, osType: "Linux", hyperVGeneration: "V1" });
    const refused = await version({
      osDiskImage: { source: { id: `${COMPUTE}/snapshots/copy` } },
    });
    expect(refused.body.error.message).toContain("different Hypervisor generation ['V1']");
  });

  it("a disk is encrypted with a set of its region, which then can't be deleted", async () => {
    const encryption = (set: string) => ({ encryption: { diskEncryptionSetId: des(set) } });
    await expect(makeDisk("wrong", encryption("eastus2-os"))).rejects.toMatchObject({
      statusCode: 400,
    });
    const made = await makeDisk("sealed", encryption("westus-os"));
    expect(made.encryption?.type).toBe("EncryptionAtRestWithCustomerKey");
    const { diskEncryptionSets } = arm.client();
    const ids: unknown[] = [];
    for await (const id of diskEncryptionSets.listAssociatedResources(GROUP, "westus-os"))
      ids.push(id);
    expect(ids).toEqual([disk("sealed")]);
    await expect(
      diskEncryptionSets.delete(GROUP, "westus-os", POLL).submitted(),
    ).rejects.toMatchObject({ statusCode: 409, code: "OperationNotAllowed" });
    await done(arm.client().disks.delete(GROUP, "sealed", POLL));
    await done(diskEncryptionSets.delete(GROUP, "westus-os", POLL));
  });

  it("a disk answers its values in Azure's spelling, and an ultra disk isn't captured", async () => {
    const made = await makeDisk("swift", {
      sku: { name: "ultrassd_lrs" },
      osType: "linux",
      securityProfile: { securityType: "trustedlaunch" },
    });
    expect(made).toMatchObject({
      sku: { name: "UltraSSD_LRS", tier: "Ultra" },
      osType: "Linux",
      securityProfile: { securityType: "TrustedLaunch" },
    });
    await expect(makeDisk("unknown", { sku: { name: "Floppy" } })).rejects.toMatchObject({
      message: expect.stringContaining("'Floppy'"),
    });
    await makeDisk("swift-vm-os");
    await makeMachine("swift-vm", [disk("swift")]);
    await arm.client().virtualMachines.generalize(GROUP, "swift-vm");
    const refused = await version({ source: { virtualMachineId: machine("swift-vm") } });
    expect(refused.body.error.message).toContain("stored in an UltraSSD account type");
  });

  it("a set that only image versions use can be deleted", async () => {
    const created = await version({ source: { id: image("myImage") } }, [
      region("westus", {
        encryption: { osDiskImage: { diskEncryptionSetId: des("westus-data") } },
      }),
    ]);
    expect(created.status).toBe(201);
    await done(arm.client().diskEncryptionSets.delete(GROUP, "westus-data", POLL));
  });

  it("a definition needs a publisher, offer and SKU of its own in its gallery", async () => {
    const create = (name: string, sku: string) =>
      arm.client().galleryImages.createOrUpdate(
        GROUP,
        "MyGallery",
        name,
        {
          location: "westus",
          osType: "Linux",
          osState: "Generalized",
          identifier: { publisher: "acme", offer: "golden", sku },
        },
        POLL,
      );
    await done(create("First", "small"));
    await expect(create("Second", "SMALL").submitted()).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining(
        "Gallery image: Second identified by (publisher:acme, offer:golden, sku:SMALL) already exists",
      ),
    });
    await done(create("Second", "large"));
    await done(create("First", "small"));
  });

  it("definitions and sets answer their values in Azure's spelling", async () => {
    const { galleryImages, diskEncryptionSets } = arm.client();
    const definition = await done(
      galleryImages.createOrUpdate(
        GROUP,
        "MyGallery",
        "Spelled",
        {
          location: "westus",
          osType: "linux" as "Linux",
          osState: "GENERALIZED" as "Generalized",
          hyperVGeneration: "v2",
          architecture: "arm64",
          features: [{ name: "securitytype", value: "trustedlaunchsupported" }],
          identifier: { publisher: "p", offer: "o", sku: "s" },
        },
        POLL,
      ),
    );
    expect(definition).toMatchObject({
      osType: "Linux",
      osState: "Generalized",
      hyperVGeneration: "V2",
      architecture: "Arm64",
      features: [{ name: "SecurityType", value: "TrustedLaunchSupported" }],
    });
    const set = await done(
      diskEncryptionSets.createOrUpdate(
        GROUP,
        "spelled",
        {
          location: "westus",
          encryptionType: "encryptionatrestwithplatformandcustomerkeys",
          activeKey: { keyUrl: "https://v.vault.azure.net/keys/k/1" },
        },
        POLL,
      ),
    );
    expect(set.encryptionType).toBe("EncryptionAtRestWithPlatformAndCustomerKeys");
  });
});
