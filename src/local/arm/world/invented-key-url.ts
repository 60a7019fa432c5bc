import { currentVersion } from "../key-version";

/** The URL of a set's key that isn't given: in its vault if that is, else in one of its region. */
export function inventedKeyUrl(set: {
  name: string;
  location: string;
  sourceVault?: string | undefined;
}): string {
  const vault = set.sourceVault?.split("/").at(-1) ?? `kv-${set.location}`;
  const key = set.name.replace(/[^A-Za-z0-9-]/g, "-");
  const uri = `https://${vault.toLowerCase()}.vault.azure.net/keys/${key}`;
  return `${uri}/${currentVersion(uri)}`;
}
