import { ArmError } from "../errors";

/** What names can look like: Microsoft's "Naming rules and restrictions for Azure resources". */
export const RESOURCE_NAMES = {
  resourceGroups: /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
  galleries: /^[a-z\d]([\w.]{0,78}[a-z\d])?$/i,
  definitions: /^[a-z\d]([\w.-]{0,78}[a-z\d])?$/i,
  diskEncryptionSets: /^[\w-]{1,80}$/,
} as const;

/** Assumed: code and words. @throws {ArmError} 400 for a name that a resource can't have */
export function checkName(names: RegExp, name: string): void {
  if (!names.test(name))
    throw new ArmError(400, "InvalidResourceName", `The resource name '${name}' is invalid.`);
}
