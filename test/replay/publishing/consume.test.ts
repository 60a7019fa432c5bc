import type { HttpResponseInit } from "@azure/functions";
import { readConsumption } from "../../../src/functions/read-consumption";
import { regionName } from "../../../src/domain/region-name";
import { createFakeFunctionApp, httpRequest, readAnswer } from "../../support/fake-function-app";
import { OTHER_SUBSCRIPTION } from "../../support/request-factory";
import { createScene, type Scene, type SceneOptions } from "./run";
import { promote } from "./steering";

const LUNS = [7, 0];
const TOOLS = ["azureCli", "powerShell", "bicep"];
const KINDS = ["virtualMachine", "flexibleScaleSet", "uniformScaleSet"];
const OPTIONS: SceneOptions = {
  regions: ["westus", "eastus2", "uksouth"],
  request: { rollout: { waves: [["westus", "eastus2"], ["uksouth"]] } },
};

/** The HTTP function over what the scene's runs have recorded; Azure is out of its reach. */
async function consume({ world, input }: Scene, query = ""): Promise<HttpResponseInit> {
  const { documents, records } = world.dependencies;
  const read = readConsumption({ ...createFakeFunctionApp().dependencies, documents, records });
  const id = input.publicationId;
  return read(httpRequest(`publications/${id}/consume${query}`, { params: { id } }));
}
const json = async (scene: Scene, query = "") => readAnswer(await consume(scene, query));
const text = async (scene: Scene, query: string): Promise<string> => {
  const { status, body } = await consume(scene, query);
  expect(status).toBe(200);
  return typeof body === "string" ? body : "no text";
};

/** Every set that Azure has for a region of the version. */
function setsInAzure({ world }: Scene, region: string): string[] {
  const { targetRegions = [] } = world.version()?.body.publishingProfile ?? {};
  const encryption = targetRegions.find(({ name }) => regionName(name) === region)?.encryption;
  const ids = [encryption?.osDiskImage, ...(encryption?.dataDiskImages ?? [])];
  return ids.map((disk) => disk?.diskEncryptionSetId ?? "none");
}
const setsIn = (snippet: string): string[] => [
  ...new Set(snippet.match(/\/subscriptions\/[^'"]*\/diskEncryptionSets\/[^'"]*/g)),
];

/** Three regions with three sets each, of which one isn't to be Completed. */
function scene({ failing }: { failing?: string } = {}): Scene {
  const made = createScene({
    ...OPTIONS,
    request: {
      ...OPTIONS.request,
      targetRegions: (OPTIONS.regions ?? []).map((name) => ({
        name,
        encryption: {
          osDiskImage: { diskEncryptionSetId: `MyResourceGroup/os-${name}` },
          dataDiskImages: LUNS.map((lun) => ({
            lun,
            diskEncryptionSetId: `MyResourceGroup/data${lun}-${name}`,
          })),
        },
      })),
    },
  });
  made.world.behaviour.dataLuns = LUNS;
  if (failing !== undefined) made.world.behaviour.failing.set(failing, "no capacity");
  return made;
}

test("after publishing every text of every region names exactly the sets that Azure has for it, and Azure isn't asked", async () => {
  const published = scene();
  expect(await published.run()).toEqual({ state: "published" });
  const { calls } = published.world.log;
  const before = calls.length;
  for (const region of OPTIONS.regions ?? []) {
    const sets = setsInAzure(published, region).sort();
    expect(sets).toHaveLength(3);
    for (const tool of TOOLS)
      for (const kind of KINDS) {
        const snippet = await text(published, `?region=${region}&tool=${tool}&kind=${kind}`);
        expect([tool, kind, ...setsIn(snippet).sort()]).toEqual([tool, kind, ...sets]);
        expect(snippet).not.toContain("out of latest");
        const { body } = await json(published, `?region=${region}`);
        expect(body).toHaveProperty([tool, kind], snippet);
      }
  }
  expect(calls).toHaveLength(before);
});

test("the list leads to each region, in any spelling; a tool alone means a virtual machine", async () => {
  const published = scene();
  await published.run();
  const { body } = await json(published);
  const self = `/api/publications/${published.input.publicationId}/consume?region=westus`;
  expect(body["regions"]).toMatchObject([
    { region: "westus", inLatest: true, links: { self, azureCli: `${self}&tool=azureCli` } },
    { region: "eastus2" },
    { region: "uksouth" },
  ]);
  const machine = await text(published, "?region=westus&tool=azureCli&kind=virtualMachine");
  expect(await text(published, "?region=West%20US&tool=azureCli")).toBe(machine);
});

test("the data disks' sets stand in the version's own order, by which the Azure CLI pairs them", async () => {
  const published = scene();
  const { imageVersions } = published.world.dependencies;
  const before = { ...imageVersions };
  imageVersions.get = async (image) => {
    const version = await before.get(image);
    return version && { ...version, dataLuns: [...LUNS].reverse() };
  };
  await published.run();
  const paired = (option: string) => `--data-disk-encryption-sets ${option}`;
  const snippet = await text(published, "?region=westus&tool=azureCli");
  expect(snippet).toContain(paired('"$DATA_DISK_0_SET_ID" "$DATA_DISK_7_SET_ID"'));
});

test("in another subscription the consumer's sets are to be filled in", async () => {
  const published = scene();
  await published.run();
  const sets = async (subscription: string) =>
    setsIn(await text(published, `?region=westus&tool=bicep&subscription=${subscription}`));
  expect(await sets(OTHER_SUBSCRIPTION)).toEqual([]);
  expect(await sets(published.request.image.subscriptionId)).toHaveLength(3);
});

test("after a partial success only the Completed regions have commands, which say that the version is out of latest", async () => {
  const partly = scene({ failing: "eastus2" });
  expect(await partly.run()).toMatchObject({ state: "partlyPublished" });
  expect((await json(partly)).body["regions"]).toEqual([
    expect.objectContaining({ region: "westus", inLatest: false }),
    { region: "eastus2", reason: expect.stringMatching(/it has failed: .*no capacity/) },
    { region: "uksouth", reason: "no run has written it" },
  ]);
  expect((await json(partly, "?region=westus")).body).toMatchObject({
    inLatest: false,
    note: expect.stringContaining("out of latest"),
  });
  expect(await text(partly, "?region=westus&tool=powerShell")).toMatch(
    /^# The version is out of latest/,
  );
  expect(await text(partly, "?region=westus&tool=bicep")).toMatch(
    /^\/\/ The version is out of latest/,
  );
  for (const [region, reason] of [
    ["eastus2", "no capacity"],
    ["uksouth", "no run has written it"],
  ] as const)
    expect(await json(partly, `?region=${region}&tool=bicep`)).toMatchObject({
      status: 409,
      body: { title: "Not completed", detail: expect.stringContaining(reason) },
    });
});

test("a promotion is what counts from then on: in latest, with the sets that Azure has", async () => {
  const partly = scene({ failing: "eastus2" });
  await partly.run();
  expect(await promote(partly)).toEqual({ state: "promoted" });
  expect((await json(partly, "?region=westus")).body).toMatchObject({ inLatest: true });
  const snippet = await text(partly, "?region=westus&tool=azureCli");
  expect(setsIn(snippet).sort()).toEqual(setsInAzure(partly, "westus").sort());
  expect((await json(partly, "?region=eastus2")).status).toBe(409);
});

test("a promotion that may not read the definition has it from the run before", async () => {
  const partly = scene({ failing: "eastus2" });
  await partly.run();
  const denied = {
    code: "AuthorizationFailed",
    advice: "permanent" as const,
    message: "no",
    action: "grant it",
  };
  partly.world.behaviour.troubles.source = [denied];
  await promote(partly);
  expect((await json(partly, "?region=westus")).body).toMatchObject({ inLatest: true });
});

test("regions that are without a key of the customer's have no commands, and say why", async () => {
  const open = createScene({ regions: ["westus"] });
  await open.run();
  const { documents } = open.world;
  const [path, kept] = [...documents].find(([name]) => name.endsWith("machines.json")) ?? [];
  documents.set(path ?? "", { ...(kept as object), targetRegions: [{ name: "westus" }] });
  expect(await json(open, "?region=westus")).toMatchObject({
    status: 409,
    body: {
      title: "No commands",
      detail: expect.stringContaining("no disk encryption set in westus"),
    },
  });
  documents.delete(path ?? "");
  expect(await json(open, "?region=westus")).toMatchObject({
    status: 409,
    body: { title: "Not recorded" },
  });
});

test.each([
  ["?tool=bicep", 400, "name one with region"],
  ["?region=westus&tool=terraform", 400, "tool is one of azureCli, powerShell, bicep"],
  ["?region=westus&tool=bicep&kind=vm", 400, "kind is one of virtualMachine, flexibleScaleSet"],
  ["?region=westus&kind=virtualMachine", 400, "name it with tool"],
  ["?region=westus&subscription=mine", 400, "subscription is the id"],
  ["?region=mars", 404, 'no region "mars", but westus'],
])("%s is answered %i: %s", async (query, status, detail) => {
  const open = createScene({ regions: ["westus"] });
  await open.run();
  expect(await json(open, query)).toMatchObject({
    status,
    body: { detail: expect.stringContaining(detail) },
  });
});

test("nothing is known of a publication that nobody asked for, or whose run has only begun", async () => {
  const begun = createScene({ regions: ["westus"] });
  expect(await json(begun)).toMatchObject({ status: 404, body: { title: "No such publication" } });
  await begun.begin();
  expect(await json(begun)).toMatchObject({ status: 200, body: { regions: [] } });
  expect(await json(begun, "?region=westus")).toMatchObject({
    status: 404,
    body: { detail: "no run of the publication has written a region yet" },
  });
});
