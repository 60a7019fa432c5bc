import * as z from "zod";
import { isKnownRegion, shortRegionName, similarRegions } from "../region-name";

/** A region in either spelling; read as its short name. */
export const regionSchema = z
  .string()
  .superRefine((given, context) => {
    if (isKnownRegion(given)) return;
    const similar = similarRegions(given);
    const hint = similar.length === 0 ? "" : `; did you mean ${similar.join(" or ")}?`;
    context.addIssue({ code: "custom", message: `"${given}" is not an Azure region${hint}` });
  })
  .transform(shortRegionName);

/** Values by region; the keys are read as short names. */
export const byRegion = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string(), value)
    .superRefine((given, context) => {
      for (const key of Object.keys(given))
        if (!isKnownRegion(key))
          context.addIssue({
            code: "custom",
            path: [key],
            message: `"${key}" is not an Azure region`,
          });
    })
    .transform((given) =>
      Object.fromEntries(Object.entries(given).map(([key, one]) => [shortRegionName(key), one])),
    );
