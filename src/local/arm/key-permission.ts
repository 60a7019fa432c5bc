/** What a disk encryption set does with its key. */
export const KEY_PERMISSIONS = ["get", "wrapKey", "unwrapKey"] as const;
export type KeyPermission = (typeof KEY_PERMISSIONS)[number];
