import * as z from "zod";
import { regionSchema } from "./region-schema";
import { scopeSchema } from "./scope-schema";

const name = z.string().min(1);

/** One entry of `policies:`: an assignment with the effect deny, of exactly one kind. */
export const policyEntry = z.strictObject({
  /** Of the assignment. */
  name: z.string().regex(/^[\w.-]+$/, "must be a name without spaces or slashes"),
  displayName: name.optional(),
  scope: scopeSchema.default("/"),
  deny: z
    .strictObject({
      /** Image versions with a disk in a region that has no disk encryption set. */
      unencryptedVersions: z.literal(true).optional(),
      /** Image versions and other resources anywhere else. */
      regionsOtherThan: z.array(regionSchema).min(1).optional(),
      /** Resources without this tag. */
      withoutTag: name.optional(),
    })
    .refine(
      (deny) => Object.values(deny).filter((kind) => kind !== undefined).length === 1,
      "a policy denies exactly one of unencryptedVersions, regionsOtherThan and withoutTag",
    ),
});

export type PolicyEntry = z.infer<typeof policyEntry>;
