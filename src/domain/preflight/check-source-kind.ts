import { problem, warning, type Remark } from "../problem";
import { isEncrypted, type ImageSource, type PublishRequest } from "../request/publish-request";

/** Kinds of which one page of Azure's documentation says that they can be encrypted, and another doesn't. */
const UNCERTAIN: Partial<Record<ImageSource["kind"], string>> = {
  vhd: "a VHD",
  galleryImageVersion: "a gallery image version",
};

/**
 * Says where Azure may yet refuse the kind of source ("Encryption is not supported for source
 * resource …"): its documentation lists machines, disks, snapshots and managed images, its examples more.
 */
export function checkSourceKind(request: PublishRequest): Remark[] {
  const words = UNCERTAIN[request.source.kind];
  if (words === undefined || !isEncrypted(request)) return [];
  return [
    warning(
      problem(
        "$.source",
        "SourceMayNotBeEncryptable",
        `Azure's documentation differs on whether a version made from ${words} can be encrypted with customer-managed keys`,
        "if Azure refuses the write, publish from a managed image, a disk or snapshots",
      ),
    ),
  ];
}
