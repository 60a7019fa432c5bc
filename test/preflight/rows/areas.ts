import type { Area } from "../support/row";
import { answers } from "./answers";
import { confidentialDisks } from "./confidential";
import { encryptedSources } from "./encrypted-sources";
import { encryptionSets } from "./encryption-sets";
import { keptVersions } from "./kept-versions";
import { keys } from "./keys";
import { platformKeys } from "./none";
import { regions } from "./regions";
import { galleries } from "./galleries";
import { requests } from "./requests";
import { rights } from "./rights";
import { securityTypes } from "./security";
import { sourceStates } from "./source-states";
import { sources } from "./sources";
import { vhds } from "./vhds";
import { versions } from "./versions";

/** Every area; a new file of rows is added here. */
export const AREAS: Record<string, Area> = {
  answers,
  galleries,
  regions,
  requests,
  rights,
  sources,
  sourceStates,
  encryptedSources,
  encryptionSets,
  keys,
  versions,
  keptVersions,
  confidentialDisks,
  platformKeys,
  securityTypes,
  vhds,
};
