import type { Disk, Snapshot } from "@azure/arm-compute";
import * as z from "zod";
import type { Candidate } from "../domain/schedule/newest-source";
import type { SourceKind } from "../domain/schedule/schedule";
import { present } from "../domain/present";
import { orMissing } from "./arm-error";
import type { ArmGet } from "./arm-get";
import type { ComputeClients } from "./compute-clients";

/** Images, snapshots and disks of a resource group, with their ages. */
export interface SourceCandidates {
  /**
   * All of a kind; none when the resource group isn't there.
   * @throws {ArmError} when Azure doesn't tell
   */
  list(
    kind: SourceKind,
    place: { subscriptionId: string; resourceGroup: string },
  ): Promise<Candidate[]>;
}

const RESOURCES_API_VERSION = "2021-04-01";

/** Compute tells the age of disks and snapshots, but not of managed images: Resource Manager itself does. */
const resource = z.object({
  id: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
  createdTime: z.string().optional(),
  provisioningState: z.string().optional(),
});

export function createSourceCandidates(clients: ComputeClients, armGet: ArmGet): SourceCandidates {
  type Place = Parameters<SourceCandidates["list"]>[1];
  const readers: Record<SourceKind, (place: Place) => Promise<Candidate[]>> = {
    snapshot: ({ subscriptionId, resourceGroup }) =>
      all(clients(subscriptionId).snapshots.listByResourceGroup(resourceGroup)),
    managedDisk: ({ subscriptionId, resourceGroup }) =>
      all(clients(subscriptionId).disks.listByResourceGroup(resourceGroup)),
    async managedImage({ subscriptionId, resourceGroup }) {
      const found = await armGet.list(
        `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/resources`,
        RESOURCES_API_VERSION,
        "resourceType eq 'Microsoft.Compute/images'",
        "createdTime,provisioningState",
      );
      return z
        .array(resource)
        .parse(found)
        .map(({ id, tags, createdTime, provisioningState }) => ({
          id,
          tags: tags ?? {},
          provisioningState: provisioningState ?? "",
          ...present({ createdAt: createdTime }),
        }));
    },
  };
  return { list: async (kind, place) => (await orMissing(readers[kind](place))) ?? [] };
}

async function all(pages: AsyncIterable<Disk | Snapshot>): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for await (const { id = "", tags, timeCreated, provisioningState } of pages)
    found.push({
      id,
      tags: tags ?? {},
      provisioningState: provisioningState ?? "",
      ...present({ createdAt: timeCreated?.toISOString() }),
    });
  return found;
}
