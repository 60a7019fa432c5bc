import * as z from "zod";

const bucket = z.strictObject({
  /** Calls that can be made at once. */
  capacity: z.int().min(1),
  /** How many come back in a second of the service's time. */
  perSecond: z.number().positive(),
});
const limit = (capacity: number, perSecond: number) => bucket.prefault({ capacity, perSecond });
/** Calls in three and in thirty minutes of the service's time. */
const windows = (in3Minutes: number, in30Minutes: number) =>
  z
    .strictObject({ in3Minutes: z.int().min(1), in30Minutes: z.int().min(1) })
    .prefault({ in3Minutes, in30Minutes });

/** How many calls are answered; the numbers are those that headers of Azure were seen to count down from. */
export const throttlingSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** Of the Resource Manager, for each subscription and caller. */
  subscription: z
    .strictObject({
      reads: limit(250, 25),
      writes: limit(200, 10),
      deletes: limit(200, 10),
    })
    .prefault({}),
  /** Of Compute, for each subscription. */
  compute: z
    .strictObject({
      CreateUpdateGalleryImageVersion: windows(375, 1200),
      DeleteGalleryImageVersion: windows(150, 1000),
      GetGalleryImageVersion: windows(2000, 10_000),
      ListGalleryImageVersion: windows(1500, 10_000),
      GetOperationStatus: windows(5000, 15_000),
      CreateUpdateDiskEncryptionSet: windows(100, 300),
    })
    .prefault({}),
});

export type ThrottlingSettings = z.infer<typeof throttlingSchema>;
export type ComputePolicy = keyof ThrottlingSettings["compute"];
