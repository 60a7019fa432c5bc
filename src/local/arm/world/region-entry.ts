import * as z from "zod";
import { regionSchema } from "./region-schema";

/** Storage that replicas of image versions can lie on. */
export const STORAGE_TYPES = [
  "Standard_LRS",
  "Standard_ZRS",
  "Premium_LRS",
  "PremiumV2_LRS",
] as const;

/** One entry of `regions:`: what a region has that isn't as usual there. */
export const regionEntry = z.strictObject({
  name: regionSchema,
  /** Availability zones; as Azure has them when absent. */
  zones: z.array(z.enum(["1", "2", "3"])).optional(),
  storageTypes: z.array(z.enum(STORAGE_TYPES)).min(1).optional(),
  /** Gated: the subscriptions of this world haven't been given access. */
  access: z.enum(["open", "gated"]).default("open"),
});

export type RegionEntry = z.infer<typeof regionEntry>;
