import type { ComputeService } from "../compute-service";
import type { ResourceType } from "./resource-type";
import { existing, listResources, resourceView } from "./tracked-resource";

export const STORAGE_ACCOUNT = { type: "Microsoft.Storage/storageAccounts" } as const;

/** Storage accounts, read only and without what they store: the world file makes them. */
export const storageAccounts = (service: ComputeService): ResourceType => ({
  ...STORAGE_ACCOUNT,
  list: (request) => listResources(service, STORAGE_ACCOUNT, request),
  get: (request) => ({
    status: 200,
    body: resourceView(existing(service, STORAGE_ACCOUNT, request)),
  }),
});
