import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readWorldFile } from "../../../src/local/arm/world/world-file";
import { kindOf } from "../../../src/local/arm/faults/fault-book";
import { FAULT_KINDS } from "../../../src/local/arm/world/fault-schema";
import { DEFAULT_IDENTITIES } from "../../../src/local/arm/world/identity-schema";
import { StartError } from "../../../src/local/program";

const SUBSCRIPTION = `subscriptions: [{ id: "00000000-0000-0000-0000-000000000000" }]`;

/** What `readWorldFile` complains about, line by line. */
function mistakes(text: string): string[] {
  try {
    readWorldFile(text, "w.yaml");
  } catch (error) {
    if (error instanceof StartError) return error.message.split("\n").map((line) => line.trim());
    throw error;
  }
  throw new Error("the world file was accepted");
}

describe("a world file", () => {
  it("reports every mistake at once, in the order of lines", () => {
    expect(
      mistakes(`${SUBSCRIPTION}
resourceGroups:
  - { name: rg, location: west-us }
  - { name: good, location: West US }
galleries:
  - name: G
    resourceGroup: nope
    location: westus
    colour: red
clock:
  speed: fast
  seconds: 3
diskEncryptionSets:
  - { name: d, resourceGroup: good, location: eastsu2, encryptionType: None }
  - { resourceGroup: good, location: westus }
images:
  - name: i
    resourceGroup: good
    location: westus
    osDisk: { sizeGb: 30 }
    dataDisks:
      - { lun: 0, sizeGb: 10 }
      - { lun: 0, sizeGb: 10 }
faults:
  - { replication: { region: westus, details: x }, slow: { delayMs: 3 } }
  - http: { method: PUT }
  - reset: { verb: PUT }
worlds: []
`),
    ).toEqual([
      "13 mistakes in w.yaml:",
      'w.yaml:3: resourceGroups[0].location: "west-us" is not an Azure region; did you mean westus?',
      'w.yaml:7: galleries[0].resourceGroup: "nope" is not in resourceGroups, which has rg, good',
      "w.yaml:9: galleries[0].colour: unknown key; known here: name, resourceGroup, subscription, location, tags, description, softDelete, sharing, provisioningState",
      'w.yaml:11: clock.speed: "fast" must be a number',
      expect.stringMatching(/^w\.yaml:12: clock\.seconds: unknown key; known here: speed, /),
      'w.yaml:14: diskEncryptionSets[0].location: "eastsu2" is not an Azure region; did you mean eastus2?',
      'w.yaml:14: diskEncryptionSets[0].encryptionType: "None" must be one of EncryptionAtRestWithCustomerKey, EncryptionAtRestWithPlatformAndCustomerKeys, ConfidentialVmEncryptedWithCustomerKey',
      "w.yaml:15: diskEncryptionSets[1].name: is missing",
      "w.yaml:22: images[0].dataDisks: LUN 0 is there twice",
      expect.stringMatching(
        /^w\.yaml:25: faults\[0\]: a fault has exactly one of throttled, http, /,
      ),
      "w.yaml:26: faults[1].http.status: is missing",
      "w.yaml:27: faults[2].reset.verb: unknown key; known here: method, pathContains, resource, region, afterCalls, times",
      expect.stringMatching(/^w\.yaml:28: worlds: unknown key; known here: clock, behaviour, /),
    ]);
  });

  it("reports names that are there twice and groups that aren't there also beside broken entries", () => {
    const found = mistakes(`subscriptions:
  - { id: not-a-guid }
resourceGroups:
  - { name: rg, locaton: westus }
galleries:
  - { name: g, resourceGroup: nope, location: westus }
diskEncryptionSets:
  - { name: a, resourceGroup: rg, location: westus }
  - { name: A, resourceGroup: rg, location: westus }
`);
    expect(found).toEqual(
      expect.arrayContaining([
        'w.yaml:6: galleries[0].resourceGroup: "nope" is not in resourceGroups, which has rg',
        'w.yaml:9: diskEncryptionSets[1].name: "A" is there twice',
      ]),
    );
  });

  it("reports references that lead nowhere, and names that are there twice", () => {
    expect(
      mistakes(`${SUBSCRIPTION}
resourceGroups:
  - { name: rg, location: westus }
galleries:
  - { name: G, resourceGroup: other, location: westus }
  - { name: H, resourceGroup: RG, location: westus }
  - { name: h, resourceGroup: rg, location: westus }
definitions:
  - { name: D, gallery: X, osType: Linux, osState: Generalized }
`),
    ).toEqual([
      "3 mistakes in w.yaml:",
      'w.yaml:5: galleries[0].resourceGroup: "other" is not in resourceGroups, which has rg',
      'w.yaml:7: galleries[2].name: "h" is there twice',
      'w.yaml:9: definitions[0].gallery: "X" is not in galleries, which has G, H, h',
    ]);
  });

  it("reports what the Resource Manager wouldn't take either", () => {
    expect(
      mistakes(`${SUBSCRIPTION}
clock: { speed: 1e300 }
behaviour: { apiVersions: { "Microsoft.Compute/gallery": ["2025-03-03"] } }
resourceGroups:
  - { name: rg, location: westus }
galleries:
  - { name: G, resourceGroup: rg, location: westus }
definitions:
  - { name: A, gallery: G, osType: Linux, osState: Generalized, features: [{ name: SecurityType, value: Foo }] }
  - { name: B, gallery: G, osType: Linux, osState: Generalized, features: [{ name: X, value: y, startsAtVersion: abc }] }
  - { name: C, gallery: G, osType: Linux, osState: Generalized, identifier: { publisher: a, offer: b, sku: c } }
  - { name: D, gallery: G, osType: Linux, osState: Generalized, identifier: { publisher: A, offer: b, sku: C } }
virtualMachines:
  - { name: V, resourceGroup: rg, location: westus, osDisk: one, dataDisks: [{ lun: 0, disk: one }] }
`),
    ).toEqual([
      "6 mistakes in w.yaml:",
      expect.stringMatching(/^w\.yaml:2: clock\.speed: 1e\+300: /),
      expect.stringMatching(
        /^w\.yaml:3: behaviour\.apiVersions\.\S+: "microsoft\.compute\/gallery" is no type/,
      ),
      expect.stringMatching(
        /^w\.yaml:9: definitions\[0\]\.features\[0\]\.value: "Foo" must be one of None, Standard, /,
      ),
      "w.yaml:10: definitions[1].features[0].startsAtVersion: must be a version such as 1.2.0",
      'w.yaml:12: definitions[3].identifier: is that of "C" in the same gallery',
      'w.yaml:14: virtualMachines[0]: the disk "one" is there twice',
    ]);
  });

  it("keeps a security type in the Resource Manager's spelling", () => {
    const { resources } = readWorldFile(
      `${SUBSCRIPTION}
resourceGroups:
  - { name: rg, location: westus }
galleries:
  - { name: G, resourceGroup: rg, location: westus }
definitions:
  - { name: A, gallery: G, osType: Linux, osState: Generalized, features: [{ name: securitytype, value: confidentialvm }] }
`,
      "w.yaml",
    );
    expect(resources.at(-1)?.properties["features"]).toEqual([
      { name: "SecurityType", value: "ConfidentialVM" },
    ]);
  });

  it("doesn't report what refers to an entry that has a mistake of its own", () => {
    expect(
      mistakes(`${SUBSCRIPTION}
resourceGroups:
  - { name: rg, location: nowhere }
snapshots:
  - { name: s, resourceGroup: rg, location: westus, sizeGb: 1 }
`),
    ).toHaveLength(2);
  });

  it("asks for the subscription where there is more than one", () => {
    const world = `subscriptions:
  - { id: "00000000-0000-0000-0000-000000000000" }
  - { id: "00000000-0000-0000-0000-000000000001" }
resourceGroups:
  - { name: rg, location: westus }
`;
    expect(mistakes(world)[1]).toContain("w.yaml:5: resourceGroups[0]: subscription is missing");
  });

  it("reports YAML that can't be read, with its line", () => {
    expect(mistakes(`${SUBSCRIPTION}\nimages:\n  - { name: x\n`)[1]).toMatch(/^w\.yaml:[34]: /);
    expect(mistakes(`${SUBSCRIPTION}\n${SUBSCRIPTION}\n`)[1]).toMatch(/^w\.yaml:2: /);
  });

  it.each([
    ["world.yaml", 6, []],
    ["world-missing-des.yaml", 5, []],
    ["world-40-regions.yaml", 80, ["norwayeast", "japanwest"]],
  ])("%s is one", (name, sets, failing) => {
    const file = join(__dirname, "../../../samples", name);
    const world = readWorldFile(readFileSync(file, "utf8"), name);
    const types = world.resources.map(({ type }) => type);
    expect(types.filter((type) => type.endsWith("/diskEncryptionSets"))).toHaveLength(sets);
    expect(world.timing.speed).toBe(90);
    expect(world.faults.map(({ replication }) => replication?.region)).toEqual(failing);
    for (const { replication } of world.faults)
      expect(replication?.provisioningState).toBe("Succeeded");
  });

  it("reports disks and disk encryption sets that are named but not there", () => {
    expect(
      mistakes(`${SUBSCRIPTION}
resourceGroups:
  - { name: rg, location: westus }
diskEncryptionSets:
  - { name: there, resourceGroup: rg, location: westus }
disks:
  - { name: d, resourceGroup: rg, location: westus, sizeGb: 1, encryptionSet: there }
images:
  - { name: i, resourceGroup: rg, location: westus, osDisk: { sizeGb: 1, encryptionSet: gone } }
virtualMachines:
  - { name: a, resourceGroup: rg, location: westus, osDisk: d, dataDisks: [{ lun: 0, disk: e }] }
  - { name: b, resourceGroup: rg, location: westus }
keyVaults:
  - { name: v, resourceGroup: rg, location: westus, keys: [{ name: k, grants: [{ diskEncryptionSet: absent }] }] }
  - { name: w, resourceGroup: rg, location: westus, keys: [{ name: k }, { name: K }] }
`).map((line) => line.replace(/ \(looked for .*/, "")),
    ).toEqual([
      "5 mistakes in w.yaml:",
      'w.yaml:9: images[0]: "gone" is not in diskEncryptionSets',
      'w.yaml:11: virtualMachines[0]: "e" is not in disks',
      "w.yaml:12: virtualMachines[1]: a virtual machine has either osDisk or ephemeralOsDisk: true",
      'w.yaml:14: keyVaults[0].keys[0]: "absent" is not in diskEncryptionSets',
      'w.yaml:15: keyVaults[1].keys: "k" is there twice',
    ]);
  });

  it("tells what is wrong with galleries, definitions and storage accounts", () => {
    expect(
      mistakes(`${SUBSCRIPTION}
resourceGroups: [{ name: rg, location: westus }]
galleries:
  - { name: G, resourceGroup: rg, location: westus, sharing: Everybody }
  - { name: H, resourceGroup: rg, location: westus, provisioningState: Deleting }
definitions:
  - { name: D, gallery: H, osType: Linux, osState: Generalized, provisioningState: Gone }
storageAccounts:
  - { name: Store, resourceGroup: rg, location: westus }
  - { name: good, resourceGroup: rg, location: westus }
  - { name: good, resourceGroup: rg, location: westus, uri: "https://good.blob.core.windows.net" }
`),
    ).toEqual([
      "6 mistakes in w.yaml:",
      'w.yaml:4: galleries[0].sharing: "Everybody" must be one of Private, Groups, Community',
      'w.yaml:5: galleries[1].provisioningState: "Deleting" must be one of Succeeded, Failed',
      'w.yaml:7: definitions[0].provisioningState: "Gone" must be one of Succeeded, Failed, Deleting',
      'w.yaml:9: storageAccounts[0].name: "Store": must be 3 to 24 lower-case letters and digits',
      "w.yaml:11: storageAccounts[2].uri: unknown key; known here: name, resourceGroup, subscription, location, tags",
      'w.yaml:11: storageAccounts[2].name: "good" is there twice',
    ]);
  });

  it("tells what is wrong with identities, policies, regions and throttling", () => {
    const id = "33333333-3333-3333-3333-333333333333";
    expect(
      mistakes(`
subscriptions: [{ id: "00000000-0000-0000-0000-000000000000" }]
identities:
  - { name: a, appId: ${id}, objectId: ${id}, managedIdentity: systemAssigned }
  - { name: A, appId: ${id}, objectId: ${id}, managedIdentity: systemAssigned }
  - { name: b, appId: x, objectId: ${id.replace("3", "4")}, rights: [{ scope: /nowhere, actions: [read] }] }
policies:
  - { name: p, deny: { unencryptedVersions: true, withoutTag: t } }
  - { name: q, deny: {} }
regions:
  - { name: westus, storageTypes: [Tape] }
throttling: { subscription: { reads: { capacity: 0 } }, compute: { Sleep: {} } }
`),
    ).toEqual([
      "13 mistakes in w.yaml:",
      'w.yaml:5: identities[1].name: "a" is there twice',
      `w.yaml:5: identities[1].appId: "${id}" is there twice`,
      `w.yaml:5: identities[1].objectId: "${id}" is there twice`,
      'w.yaml:5: identities[1].managedIdentity: "systemAssigned" is there twice',
      'w.yaml:6: identities[2].appId: "x": must be a GUID in quotes',
      'w.yaml:6: identities[2].rights[0].scope: must be "/" or the id of a subscription, a resource group or a resource',
      'w.yaml:6: identities[2].rights[0].actions[0]: "read": must be an action such as "Microsoft.Compute/*/read"',
      "w.yaml:8: policies[0].deny: a policy denies exactly one of unencryptedVersions, regionsOtherThan and withoutTag",
      "w.yaml:9: policies[1].deny: a policy denies exactly one of unencryptedVersions, regionsOtherThan and withoutTag",
      'w.yaml:11: regions[0].storageTypes[0]: "Tape" must be one of Standard_LRS, Standard_ZRS, Premium_LRS, PremiumV2_LRS',
      "w.yaml:12: throttling.subscription.reads.capacity: 0: Too small: expected number to be >=1",
      "w.yaml:12: throttling.subscription.reads.perSecond: is missing",
      "w.yaml:12: throttling.compute.Sleep: unknown key",
    ]);
  });

  it("explains faults, machines, accounts, keys, regions, policies and existing versions in comments that work when used", () => {
    const file = join(__dirname, "../../../samples/world.yaml");
    const text = readFileSync(file, "utf8").replace(
      /^# ((versions|faults|virtualMachines|disks|keyVaults|storageAccounts|imageTemplates|vhds|regions|policies):| {2})/gm,
      "$1",
    );
    const world = readWorldFile(text, "world.yaml");
    const kinds = new Set(world.faults.map((fault) => kindOf(fault).kind));
    expect([...kinds].sort()).toEqual(Object.keys(FAULT_KINDS).sort());
    expect(world.versions).toHaveLength(1);
    // One that is written there, and those of the sets outside of that vault.
    expect(world.keys.map(({ key }) => key)).toEqual([
      "https://kv-westus.vault.azure.net/keys/westusdiskencryptionset1",
      ...["eastus2", "eastus"].flatMap((region) =>
        [1, 2].map(
          (set) => `https://kv-${region}.vault.azure.net/keys/${region}diskencryptionset${set}`,
        ),
      ),
    ]);
    expect(world.vhds).toHaveLength(1);
    expect(world.regions).toHaveLength(2);
    expect(world.policies).toHaveLength(3);
    const [app, developer] = DEFAULT_IDENTITIES;
    // What the app may do here is compared with the roles of infra elsewhere.
    expect(world.identities).toMatchObject([
      { ...app, managedIdentity: "userAssigned", rights: expect.any(Array) as unknown[] },
      developer,
      { name: "auditor" },
    ]);
    for (const type of ["/virtualMachines", "/imageTemplates"])
      expect(world.resources.filter((one) => one.type.endsWith(type))).toHaveLength(1);
  });
});
