import { at, ofType, type Evidence } from "../evidence";
import type { Assertion } from "./assertion";

/** Members of a type, and the values that each may have. */
type Values = Readonly<Record<string, readonly unknown[]>>;

/** Whoever has only a key gets in nowhere, and nobody is let in unencrypted or by an old TLS. */
const CLOSED: Readonly<Record<string, Values>> = {
  "Microsoft.Storage/storageAccounts": {
    "properties.allowSharedKeyAccess": [false],
    "properties.defaultToOAuthAuthentication": [true],
    "properties.allowBlobPublicAccess": [false],
    "properties.supportsHttpsTrafficOnly": [true],
  },
  "Microsoft.ServiceBus/namespaces": { "properties.disableLocalAuth": [true] },
  "Microsoft.Insights/components": { "properties.DisableLocalAuth": [true] },
  "Microsoft.OperationalInsights/workspaces": { "properties.features.disableLocalAuth": [true] },
  "Microsoft.Web/sites": { "properties.httpsOnly": [true] },
};

/** Without the key the images are lost: it is protected against purging, and roles say who uses it. */
const VAULTS: Readonly<Record<string, Values>> = {
  "Microsoft.KeyVault/vaults": {
    "properties.enableRbacAuthorization": [true],
    "properties.enablePurgeProtection": [true],
    "properties.enableSoftDelete": [true],
    "properties.accessPolicies": [undefined],
  },
};

/** The compiler takes any text for these: Azure has spelt them each in its own way. */
const SPELT: Readonly<Record<string, Values>> = {
  "Microsoft.Authorization/roleAssignments": {
    "properties.principalType": ["ServicePrincipal", "Group", "User"],
  },
  "Microsoft.Compute/diskEncryptionSets": {
    "identity.type": ["SystemAssigned", "UserAssigned"],
    "properties.encryptionType": [
      "EncryptionAtRestWithCustomerKey",
      "EncryptionAtRestWithPlatformAndCustomerKeys",
    ],
  },
  "Microsoft.Storage/storageAccounts": { "properties.minimumTlsVersion": ["TLS1_2"] },
  "Microsoft.ServiceBus/namespaces": {
    "properties.minimumTlsVersion": ["1.2"],
    "sku.name": ["Standard", "Premium"],
  },
  "Microsoft.Web/serverfarms": { "sku.name": ["FC1"], "sku.tier": ["FlexConsumption"] },
  "Microsoft.Web/sites": {
    kind: ["functionapp,linux"],
    "properties.siteConfig.minTlsVersion": ["1.2"],
    "properties.functionAppConfig.runtime.name": ["node"],
    "properties.functionAppConfig.deployment.storage.type": ["blobContainer"],
    "properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB": [512, 2048, 4096],
  },
  "Microsoft.KeyVault/vaults/keys": { "properties.kty": ["RSA"] },
  "Microsoft.DurableTask/schedulers": { "properties.sku.name": ["Consumption", "Dedicated"] },
};

/** Whatever an alert is about, one line or one message is enough, and an end is told as well. */
const SENSITIVE: Readonly<Record<string, Values>> = {
  "Microsoft.Insights/scheduledQueryRules": {
    "properties.enabled": [true],
    "properties.autoMitigate": [true],
    "properties.evaluationFrequency": ["PT5M"],
    "properties.criteria.allOf.length": [1],
    "properties.criteria.allOf.0.timeAggregation": ["Count"],
    "properties.criteria.allOf.0.operator": ["GreaterThan"],
    "properties.criteria.allOf.0.threshold": [0],
    "properties.criteria.allOf.0.failingPeriods.numberOfEvaluationPeriods": [1],
    "properties.criteria.allOf.0.failingPeriods.minFailingPeriodsToAlert": [1],
  },
  "Microsoft.Insights/metricAlerts": {
    "properties.enabled": [true],
    "properties.autoMitigate": [true],
    "properties.evaluationFrequency": ["PT5M"],
    "properties.windowSize": ["PT15M"],
    "properties.criteria.allOf.length": [1],
    "properties.criteria.allOf.0.metricName": ["DeadletteredMessages"],
    "properties.criteria.allOf.0.dimensions.0.values.0": ["publish-requests"],
    "properties.criteria.allOf.0.timeAggregation": ["Maximum"],
    "properties.criteria.allOf.0.operator": ["GreaterThan"],
    "properties.criteria.allOf.0.threshold": [0],
  },
  "Microsoft.Insights/actionGroups": {
    "properties.enabled": [true],
    "properties.emailReceivers.0.emailAddress": ["images@example.com"],
  },
};

/** Every resource of the types has, in every deployment, one of the values at each of the members. */
const requires = (name: string, table: Readonly<Record<string, Values>>): Assertion => ({
  name,
  check: (evidence) =>
    Object.entries(table).flatMap(([type, values]) => wrong(evidence, type, values)),
});

function wrong(evidence: Evidence, type: string, values: Values): string[] {
  const found = ofType(evidence, type);
  // A check of nothing would stay green when a type is renamed or an option lost.
  if (found.length === 0) return [`no deployment has a ${type}`];
  return found.flatMap(({ at: where, resource }) =>
    Object.entries(values)
      .filter(([member, allowed]) => !allowed.includes(at(resource, member)))
      .map(
        ([member, allowed]) =>
          `${where} has ${member} ${String(at(resource, member))}, not ${allowed.join(" or ")}`,
      ),
  );
}

export const localAuthenticationOff = requires("local authentication off", CLOSED);
export const vaultsProtected = requires("vaults protected", VAULTS);
export const enumerations = requires("enumerations", SPELT);
export const sensitiveAlerts = requires("alerts on and sensitive", SENSITIVE);
