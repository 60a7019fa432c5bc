import type { Assertion } from "./assertion";
import { wiredAlerts } from "./alerts";
import { apiVersions } from "./api-versions";
import { azd } from "./azd";
import { allSettings, forbiddenSettings, knownSettings, wholeConnections } from "./app-settings";
import {
  deployable,
  deployedNode,
  localQueue,
  oneAppPerPlan,
  polling,
  taskHub,
} from "./function-app";
import { assignedToPrincipals, settingsOfClients } from "./identities";
import { keyRotation } from "./key-rotation";
import { privateNetworking } from "./networking";
import { noKeys } from "./no-keys";
import {
  enumerations,
  localAuthenticationOff,
  sensitiveAlerts,
  vaultsProtected,
} from "./required-values";
import {
  allowedSubscriptions,
  assignedOnce,
  assignedRoles,
  explainedRoles,
  narrowRoles,
} from "./roles";

/** What must hold of every expanded deployment. */
export const ASSERTIONS: readonly Assertion[] = [
  noKeys,
  localAuthenticationOff,
  privateNetworking,
  vaultsProtected,
  keyRotation,
  enumerations,
  knownSettings,
  allSettings,
  forbiddenSettings,
  wholeConnections,
  settingsOfClients,
  oneAppPerPlan,
  deployedNode,
  deployable,
  taskHub,
  polling,
  localQueue,
  sensitiveAlerts,
  wiredAlerts,
  narrowRoles,
  explainedRoles,
  assignedRoles,
  assignedOnce,
  assignedToPrincipals,
  allowedSubscriptions,
  azd,
  apiVersions,
];
