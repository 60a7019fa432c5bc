import type { ComputeService } from "../compute-service";
import type { Right } from "../world/identity-schema";
import type { ResourceType } from "./resource-type";

/** Rights of whoever isn't asked for a token. */
const EVERYTHING: Right[] = [{ scope: "/", actions: ["*"], notActions: [] }];

/**
 * What the caller may do over the scope in the path: one entry for each role assignment that
 * reaches it. The scope's subscription and group must exist; a resource needn't, yet.
 */
export const permissions = ({ rights }: ComputeService): ResourceType => ({
  type: "Microsoft.Authorization/permissions",
  list({ principal, rawPath }) {
    const scope = rawPath.replace(/\/providers\/[^/]+\/permissions\/?$/i, "");
    const over = principal === undefined ? EVERYTHING : rights.over(principal, scope);
    const value = over.map(({ actions, notActions }) => ({
      actions,
      notActions,
      dataActions: [],
      notDataActions: [],
    }));
    return { status: 200, body: { value } };
  },
});
