import * as z from "zod";
import { KEY_PERMISSIONS } from "../key-permission";
import { guidSchema } from "./guid-schema";

const name = z.string().min(1);
const moment = z.iso.datetime({ offset: true });

const grantEntry = z.strictObject({
  diskEncryptionSet: name,
  /** A grant that takes effect only so many seconds of the service after the beginning. */
  afterSeconds: z.number().min(0).default(0),
  permissions: z
    .array(z.enum(KEY_PERMISSIONS))
    .min(1)
    .default([...KEY_PERMISSIONS]),
});

/** Whether a key, or a version of it, can be used. */
const state = {
  enabled: z.boolean().default(true),
  notBefore: moment.optional(),
  expires: moment.optional(),
};

const keyEntry = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9-]{1,127}$/, "must be letters, digits and hyphens"),
  /** Of the current version. */
  ...state,
  kty: z.enum(["RSA", "RSA-HSM", "EC", "EC-HSM"]).default("RSA"),
  keySize: z.int().positive().default(2048),
  keyOps: z.array(z.string()).default(["wrapKey", "unwrapKey"]),
  /** Earlier versions; without a list whatever version is named is there, and like the current one. */
  versions: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[0-9a-f]{32}$/i, "must be 32 hexadecimal digits"),
        ...state,
      }),
    )
    .optional(),
  /** The sets that may use it, beside those of the vault; every set when neither has a list. */
  grants: z.array(grantEntry).optional(),
});

/** What an entry of `keyVaults:` has beside name and place. */
export const keyVaultMembers = {
  tenantId: guidSchema.optional(),
  softDelete: z.boolean().default(true),
  purgeProtection: z.boolean().default(true),
  /** Who grants: role assignments over keys or the vault, or access policies of the vault. */
  authorization: z.enum(["roles", "accessPolicies"]).default("roles"),
  publicNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Enabled"),
  networkAcls: z
    .strictObject({
      defaultAction: z.enum(["Allow", "Deny"]).default("Allow"),
      bypass: z.enum(["AzureServices", "None"]).default("AzureServices"),
    })
    .prefault({}),
  /** The sets that may use every key of the vault. */
  grants: z.array(grantEntry).optional(),
  keys: z
    .array(keyEntry)
    .superRefine((keys, context) => {
      const names = keys.map((key) => key.name.toLowerCase());
      for (const twice of new Set(names.filter((one, index) => names.indexOf(one) < index)))
        context.addIssue({ code: "custom", message: `"${twice}" is there twice` });
    })
    .default([]),
};

/** Access policies hold for all keys of a vault. */
export function checkPolicyGrants(
  vault: { authorization: string; keys: { grants?: unknown }[] },
  context: z.RefinementCtx,
): void {
  vault.keys.forEach((key, index) => {
    if (vault.authorization === "accessPolicies" && key.grants !== undefined)
      context.addIssue({
        code: "custom",
        path: ["keys", index, "grants"],
        message: "access policies are the vault's: its grants stand beside keys, not in them",
      });
  });
}
