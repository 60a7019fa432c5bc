import type { Area } from "../support/row";
import { answers } from "./answers";
import { encryptionSets } from "./encryption-sets";
import { keys } from "./keys";
import { regions } from "./regions";
import { requests } from "./requests";
import { rights } from "./rights";
import { sources } from "./sources";
import { versions } from "./versions";

/** Every area; a new file of rows is added here. */
export const AREAS: Record<string, Area> = {
  answers,
  regions,
  requests,
  rights,
  sources,
  encryptionSets,
  keys,
  versions,
};
