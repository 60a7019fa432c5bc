import { IMAGE_TEMPLATE, type Builds } from "../resources/image-template";
import type { ResourceRecord } from "../world-state";
import { imageRecord, record } from "./entry-records";
import type { ImageTemplateEntry } from "./world-schema";

/** An image template as a record, with what its builds make. */
export function imageTemplateRecord(
  entry: ImageTemplateEntry,
  subscriptionId: string,
  resourceGroup: string,
): ResourceRecord {
  const { name, location, makes, buildSeconds, fails } = entry;
  const { properties } = imageRecord({ ...entry, ...makes }, subscriptionId, resourceGroup);
  const builds: Builds = {
    seconds: buildSeconds,
    image: { ...properties, name: makes.name, location },
    ...(fails === undefined ? {} : { fails }),
  };
  return record(
    IMAGE_TEMPLATE.type,
    subscriptionId,
    resourceGroup,
    [name],
    entry,
    { source: { type: "PlatformImage" }, distribute: [{ type: "ManagedImage" }] },
    { builds },
  );
}
