import type { ArmReply, ArmRequest } from "../arm-message";
import type { TypeName } from "./type-names";

export type Handler = (request: ArmRequest) => ArmReply;

/** Answers requests to one resource type; a method that is missing is answered 405. */
export interface ResourceType {
  type: TypeName;
  /** The type in the names of actions, where that is another one; at the subscription, and in a group. */
  actions?: string | { inSubscription: string; inGroup: string };
  /**
   * What right a call needs: that of its action (`checked`, unless given); any right inside the
   * scope; that of a poll, as `behaviour.pollRights` says; or none.
   */
  access?: "checked" | "anyRight" | "polled" | "open";
  /** A collection, in a resource group or (where the path has none) in the subscription. */
  list?: Handler;
  get?: Handler;
  put?: Handler;
  patch?: Handler;
  delete?: Handler;
  /** An action: `POST …/{type}/{name}/{action}`. */
  post?: Handler;
  /** What its path lies in isn't a resource: the handlers look for it themselves. */
  checksItsScope?: true;
}
