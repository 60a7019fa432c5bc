import fc from "fast-check";
import { planPublication } from "../../../src/activities/plan-publication";
import type { TargetRegion } from "../../../src/domain/plan/image-version-body";
import { setsByDisk } from "../../../src/domain/plan/region-encryption";
import type { RequestRules } from "../../../src/domain/request/parse-request";
import { createFakeAzure, healthySet } from "../../support/fake-azure";
import { computeId, managedImageExample, parse } from "../../support/request-factory";

const REGIONS = ["westus", "eastus2", "uksouth", "japaneast"] as const;
const TYPES = ["customerManagedKey", "platformAndCustomerManagedKeys", "none"] as const;
const CONFIDENTIAL = [
  "EncryptedWithCmk",
  "EncryptedWithPmk",
  "EncryptedVMGuestStateOnlyWithPmk",
  "NonPersistedTPM",
] as const;

/** Mostly there, so that many requests are sound. */
const mostly = <T>(value: T): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

/** A region that names its sets, some of them, or none. */
const region = (name: string, luns: number[], type: string | undefined) =>
  fc
    .record({
      os: mostly(`${name}-os`),
      data: mostly(luns),
      secure: mostly(type === "EncryptedWithCmk" ? `${name}-secure` : undefined),
      silent: fc.boolean(),
    })
    .map(({ os, data = [], secure, silent }) => ({
      name,
      ...(silent && type === undefined
        ? {}
        : {
            encryption: {
              osDiskImage: {
                ...(os === undefined || silent ? {} : { diskEncryptionSetId: os }),
                ...(type === undefined
                  ? {}
                  : {
                      securityProfile: {
                        confidentialVMEncryptionType: type,
                        ...(secure === undefined ? {} : { secureVMDiskEncryptionSetId: secure }),
                      },
                    }),
              },
              ...(silent
                ? {}
                : {
                    dataDiskImages: data.map((lun) => ({
                      lun,
                      diskEncryptionSetId: `${name}-${lun}`,
                    })),
                  }),
            },
          }),
    }));

const request = fc
  .record({
    encryption: fc.constantFrom(...TYPES),
    type: fc.constantFrom(undefined, undefined, ...CONFIDENTIAL),
    count: fc.integer({ min: 1, max: REGIONS.length }),
    luns: fc.constantFrom<number[]>([], [0], [0, 7]),
    existing: fc.boolean(),
    rules: fc.record<Partial<RequestRules>>({
      platformManagedKeys: fc.constantFrom("reject", "allow"),
      resolution: fc.constantFrom({ byRegion: {} }, { byRegion: {}, nameTemplate: "{region}-os" }),
    }),
  })
  .chain(({ count, luns, type, ...more }) =>
    fc
      .tuple(...REGIONS.slice(0, count).map((name) => region(name, luns, type)))
      .map((targetRegions) => ({ ...more, luns, type, targetRegions })),
  );

const id = computeId("images", "myImage", "myResourceGroup").toLowerCase();
const ARM_TYPE = {
  customerManagedKey: "EncryptionAtRestWithCustomerKey",
  platformAndCustomerManagedKeys: "EncryptionAtRestWithPlatformAndCustomerKeys",
  none: "EncryptionAtRestWithCustomerKey",
} as const;

function azureWith(luns: number[], type: string | undefined, encryption: keyof typeof ARM_TYPE) {
  const fake = createFakeAzure();
  for (const name of REGIONS) {
    for (const disk of ["os", ...luns])
      fake.azure.sets.push(
        healthySet(`${name}-${disk}`, name, { encryptionType: ARM_TYPE[encryption] }),
      );
    fake.azure.sets.push(
      healthySet(`${name}-secure`, name, {
        encryptionType: "ConfidentialVmEncryptedWithCustomerKey",
      }),
    );
  }
  const image = fake.azure.resources.get(id);
  if (image !== undefined) image.dataLuns = luns;
  if (type !== undefined && fake.azure.definition !== undefined)
    fake.azure.definition.features = [{ name: "SecurityType", value: "ConfidentialVM" }];
  return fake;
}

const regionsOf = (body: Record<string, unknown>): TargetRegion[] =>
  (body["properties"] as { publishingProfile: { targetRegions: TargetRegion[] } }).publishingProfile
    .targetRegions;

test("whatever a request says, no body has a disk without a set unless the request and the configuration both want it", async () => {
  const bodies = { encrypted: 0, none: 0 };
  await fc.assert(
    fc.asyncProperty(request, async ({ encryption, type, luns, targetRegions, rules }) => {
      const raw = managedImageExample({ encryption: { type: encryption }, targetRegions });
      const parsed = parse(raw, rules);
      if (parsed.kind !== "valid") return;
      const fake = azureWith(luns, type, encryption);
      const { bodies: sent } = await planPublication(fake.dependencies)(parsed.request);
      for (const target of sent.flatMap(regionsOf)) {
        const sets = setsByDisk(target.encryption);
        if (encryption === "none") {
          expect(rules.platformManagedKeys).toBe("allow");
          expect(sets.size).toBe(0);
          bodies.none++;
          continue;
        }
        expect(sets.has("os") || sets.has("confidential")).toBe(true);
        for (const lun of luns) expect(sets.has(lun)).toBe(true);
        expect([...sets.values()]).not.toContain("");
        bodies.encrypted++;
      }
    }),
    { seed: 20_261_126, numRuns: 2000 },
  );
  // The property says something only where requests get as far as a body.
  expect(bodies.encrypted).toBeGreaterThan(300);
  expect(bodies.none).toBeGreaterThan(50);
});
