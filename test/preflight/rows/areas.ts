import type { Area } from "../support/row";
import { encryptionSets } from "./encryption-sets";
import { sources } from "./sources";
import { versions } from "./versions";

/** Every area; a new file of rows is added here. */
export const AREAS: Record<string, Area> = { sources, encryptionSets, versions };
