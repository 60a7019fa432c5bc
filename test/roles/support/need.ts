import type { RequestRules } from "../../../src/domain/request/parse-request";
import type { RoleName } from "../../../tools/roles/role-files";
import type { Strike, WorldPart } from "../../matrix/model";
import { computeId } from "../../support/request-factory";
import { SOURCES } from "./places";

/** What of the app is played: the rows are data, which the document is written from. */
export type Deed =
  "publishes" | "looks for the newest image" | "runs a template" | "looks for numbers";

/** Something that the app does in a world, and what comes of it. */
export interface Scenario {
  /** For people. */
  title: string;
  /** What is there besides. */
  world?: WorldPart;
  request?: Record<string, unknown>;
  /** Of the stand-in, from the beginning. */
  faults?: object[];
  /** What happens while it goes on. */
  strikes?: Strike[];
  rules?: Partial<RequestRules>;
  does: Deed;
  /** How it ends with all actions of all roles. */
  ends: string;
}

/** That a role needs an action. */
export interface Need {
  role: RoleName;
  action: string;
  scenario: Scenario;
  /** How it ends when the role lacks the action, and nothing else. */
  without: string;
  /** The same where Azure doesn't tell the app its rights: what is then refused is the call itself. */
  untold?: string;
}

/** A publication, from its admission to its end. */
export const publication = (
  title: string,
  request: Record<string, unknown>,
  more: Partial<Scenario> = {},
): Scenario => ({ title, request, ends: "published", does: "publishes", ...more });

/** In the resource group of sources. */
export const sourceId = (type: string, name: string): string => computeId(type, name, SOURCES);
