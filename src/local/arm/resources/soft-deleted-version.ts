import type { ArmRequest } from "../arm-message";
import { keyOf, resourceId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { parentResourceNotFound, resourceNotFound } from "../errors";
import { softDeletedView } from "../image-version/soft-delete";
import { VERSION_TYPE } from "../image-version/write-version";
import type { SoftDeletedRecord } from "../world-state";
import { keyed, page } from "./paging";
import type { ResourceType } from "./resource-type";

const TYPE = "Microsoft.Compute/galleries/softDeletedArtifactTypes/artifacts/versions";

/** Deleted versions that can still be restored (by a PUT on the version) or deleted for good. */
export function softDeletedVersions(service: ComputeService): ResourceType {
  const { softDeleted } = service.state;
  /** What the path names, as a version or as the collection of them. */
  const versionKey = ({ path }: ArmRequest): string => {
    const [gallery = "", artifactType = "", definition = "", version = ""] = path.names;
    const { subscriptionId = "", resourceGroup = "" } = path;
    const names = [gallery, definition, version];
    const id = resourceId(subscriptionId, resourceGroup, VERSION_TYPE, names);
    const parent = keyOf(id.split("/").slice(0, -2).join("/"));
    if (artifactType.toLowerCase() !== "images" || service.state.find(parent) === undefined)
      throw parentResourceNotFound([gallery, artifactType, definition]);
    return keyOf(id);
  };
  const existing = (request: ArmRequest): SoftDeletedRecord => {
    const record = softDeleted.get(versionKey(request));
    if (record === undefined)
      throw resourceNotFound(TYPE, request.path.names, request.path.resourceGroup ?? "");
    return record;
  };
  return {
    type: TYPE,
    checksItsScope: true,
    list(request) {
      const prefix = `${versionKey(request)}/`;
      const found = softDeleted.all().filter(({ key }) => key.startsWith(prefix));
      return page(request, service.behaviour.pageSize, found, keyed(softDeletedView));
    },
    get: (request) => ({ status: 200, body: softDeletedView(existing(request)) }),
    delete(request) {
      softDeleted.delete(existing(request).key);
      return { status: 200 };
    },
  };
}
