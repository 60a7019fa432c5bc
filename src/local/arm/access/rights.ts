import type { Caller } from "../auth";
import { keyOf } from "../arm-id";
import type { IdentityEntry, Right } from "../world/identity-schema";

/** A service principal, its tenant settled. */
export type Identity = IdentityEntry & { tenantId: string };

/** Whether a scope lies in another one, or is it; keys, not ids. */
const liesIn = (scope: string, outer: string): boolean =>
  outer === "" || scope === outer || scope.startsWith(`${outer}/`);

/** Wildcards of actions reach over slashes: `Microsoft.Compute/*` has all of it. */
function matches(pattern: string, action: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
}

const grants = ({ actions, notActions }: Right, action: string): boolean =>
  actions.some((one) => matches(one, action)) && !notActions.some((one) => matches(one, action));

/**
 * Who may do what, as role assignments say: rights add up, and the exceptions of one right take
 * nothing from another. Whoever isn't known may do nothing.
 */
export class Rights {
  constructor(private readonly identities: readonly Identity[]) {}

  /** The rights that reach a scope: granted over it, or over something it lies in. */
  over(caller: Caller, scope: string): Right[] {
    const key = keyOf(scope);
    return this.#of(caller).filter((right) => liesIn(key, keyOf(right.scope)));
  }

  allow(caller: Caller, action: string, scope: string): boolean {
    return this.over(caller, scope).some((right) => grants(right, action));
  }

  /** Whether something inside a scope may be acted on. Without an action: any right counts. */
  allowWithin(caller: Caller, scope: string, action?: string): boolean {
    const key = keyOf(scope);
    return this.#of(caller).some(
      (right) =>
        (liesIn(keyOf(right.scope), key) || liesIn(key, keyOf(right.scope))) &&
        (action === undefined || grants(right, action)),
    );
  }

  #of({ oid }: Caller): Right[] {
    const known = this.identities.find(
      ({ objectId }) => objectId.toLowerCase() === oid?.toLowerCase(),
    );
    return known?.rights ?? [];
  }
}
