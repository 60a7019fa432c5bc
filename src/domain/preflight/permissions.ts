/** What one role assignment allows, as `Microsoft.Authorization/permissions` tells it. */
export interface Permission {
  actions: string[];
  /** Exceptions from these actions alone: what another assignment allows stays allowed. */
  notActions: string[];
}

/**
 * Whether role assignments together allow an action, as Azure adds them up: some assignment has it
 * among its actions and doesn't take it back among its own exceptions. Case doesn't matter, and `*`
 * reaches over slashes (Azure's documentation of role definitions).
 */
export function isGranted(permissions: readonly Permission[], action: string): boolean {
  return permissions.some(
    ({ actions, notActions }) =>
      actions.some((pattern) => covers(pattern, action)) &&
      !notActions.some((pattern) => covers(pattern, action)),
  );
}

function covers(pattern: string, action: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
}
