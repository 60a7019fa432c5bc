import { bicepLiteral } from "./quote";
import {
  headline,
  isScaleSet,
  NETWORK_API_VERSION,
  ORCHESTRATION_MODE,
  SECURITY,
  type DiskSet,
  type Recipe,
} from "./recipe";

/** An expression of Bicep's, where a value stands. */
class Expression {
  constructor(readonly text: string) {}
}
const use = (text: string): Expression => new Expression(text);

/** What an object of a resource may hold; absent members are left out. */
type Value =
  string | number | boolean | Expression | Value[] | { [name: string]: Value | undefined };
type Members = Record<string, Value | undefined>;

const COMPUTE_API = "2025-04-01";
const NETWORK_API = "2025-01-01";

/** A Bicep file for a resource group: the machine, and for a single one its network interface. */
export function bicep(recipe: Recipe): string {
  const resources = isScaleSet(recipe) ? scaleSet(recipe) : virtualMachine(recipe);
  return [
    `// ${headline(recipe)}`,
    ...(recipe.image.purchasePlan
      ? ["// The plan's terms are accepted once in each subscription: az vm image terms accept"]
      : []),
    ...parameters(recipe),
    ...resources.map(
      ({ symbol, type, body }) => `\nresource ${symbol} '${type}' = ${render(body, "")}`,
    ),
    "",
  ].join("\n");
}

interface Resource {
  symbol: string;
  type: string;
  body: Members;
}

const setParameter = ({ disk }: DiskSet): string =>
  disk === "os" ? "osDiskSetId" : `dataDisk${disk}SetId`;

function parameters(recipe: Recipe): string[] {
  const { image, osDisk, dataDisks } = recipe;
  const { generalized, osType } = image;
  const region = bicepLiteral(image.region);
  return [
    // The sets and the image's replica lie in this region: no other would do.
    `@allowed([\n  ${region}\n])\nparam location string = ${region}`,
    "param name string",
    "param size string",
    "param subnetId string",
    ...(isScaleSet(recipe) ? ["param instanceCount int = 2"] : []),
    ...(generalized && isScaleSet(recipe) ? ["param computerNamePrefix string"] : []),
    ...(generalized ? ["param adminUsername string", LOGIN_PARAMETER[osType]] : []),
    `param imageVersionId string = ${bicepLiteral(image.versionId)}`,
    ...[osDisk, ...dataDisks].map((set) => {
      const value = set.id === undefined ? "" : ` = ${bicepLiteral(set.id)}`;
      return `param ${setParameter(set)} string${value}`;
    }),
  ];
}

const LOGIN_PARAMETER = {
  Linux: "param sshPublicKey string",
  Windows: "@secure()\nparam adminPassword string",
};

function virtualMachine(recipe: Recipe): Resource[] {
  const nic: Members = {
    name: use("'${name}-nic'"),
    location: use("location"),
    properties: {
      ipConfigurations: [
        { name: "ipconfig", properties: { subnet: { id: use("subnetId") }, primary: true } },
      ],
    },
  };
  const machine: Members = {
    ...head(recipe),
    properties: {
      hardwareProfile: { vmSize: use("size") },
      ...profile(recipe, "computerName", "name"),
      networkProfile: { networkInterfaces: [{ id: use("nic.id") }] },
    },
  };
  return [
    { symbol: "nic", type: `Microsoft.Network/networkInterfaces@${NETWORK_API}`, body: nic },
    { symbol: "machine", type: `Microsoft.Compute/virtualMachines@${COMPUTE_API}`, body: machine },
  ];
}

function scaleSet(recipe: Recipe): Resource[] {
  const { kind } = recipe;
  const flexible = kind === "flexibleScaleSet";
  const body: Members = {
    ...head(recipe),
    sku: { name: use("size"), capacity: use("instanceCount") },
    properties: {
      orchestrationMode: ORCHESTRATION_MODE[kind],
      ...(flexible ? { platformFaultDomainCount: 1 } : { upgradePolicy: { mode: "Manual" } }),
      virtualMachineProfile: {
        ...profile(recipe, "computerNamePrefix", "computerNamePrefix"),
        networkProfile: {
          networkApiVersion: flexible ? NETWORK_API_VERSION : undefined,
          networkInterfaceConfigurations: [
            {
              name: "nic",
              properties: {
                primary: true,
                ipConfigurations: [
                  {
                    name: "ipconfig",
                    properties: { subnet: { id: use("subnetId") }, primary: true },
                  },
                ],
              },
            },
          ],
        },
      },
    },
  };
  const type = `Microsoft.Compute/virtualMachineScaleSets@${COMPUTE_API}`;
  return [{ symbol: "scaleSet", type, body }];
}

function head({ image: { purchasePlan } }: Recipe): Members {
  return {
    name: use("name"),
    location: use("location"),
    plan: purchasePlan && { ...purchasePlan },
  };
}

/** What a machine and the model of a scale set have in common. */
function profile(recipe: Recipe, nameMember: string, nameParameter: string): Members {
  const { image, osDisk, dataDisks } = recipe;
  const { securityType } = SECURITY[image.security];
  return {
    storageProfile: {
      imageReference: { id: use("imageVersionId") },
      osDisk: { createOption: "FromImage", managedDisk: osDiskEncryption(recipe, osDisk) },
      dataDisks: dataDisks.length === 0 ? undefined : dataDisks.map(dataDisk),
    },
    osProfile: image.generalized ? osProfile(recipe, nameMember, nameParameter) : undefined,
    securityProfile: securityType && {
      securityType,
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
    },
  };
}

const dataDisk = (set: DiskSet): Members => ({
  lun: Number(set.disk),
  createOption: "FromImage",
  managedDisk: encryptedWith(set),
});

const encryptedWith = (set: DiskSet): Members => ({
  diskEncryptionSet: { id: use(setParameter(set)) },
});

function osDiskEncryption({ image }: Recipe, set: DiskSet): Members {
  const { securityEncryptionType, secureSet } = SECURITY[image.security];
  return {
    ...(secureSet ? {} : encryptedWith(set)),
    securityProfile: securityEncryptionType && {
      securityEncryptionType,
      ...(secureSet ? encryptedWith(set) : {}),
    },
  };
}

function osProfile({ image }: Recipe, nameMember: string, nameParameter: string): Members {
  const user = { [nameMember]: use(nameParameter), adminUsername: use("adminUsername") };
  if (image.osType === "Windows") return { ...user, adminPassword: use("adminPassword") };
  const path = use("'/home/${adminUsername}/.ssh/authorized_keys'");
  return {
    ...user,
    linuxConfiguration: {
      disablePasswordAuthentication: true,
      ssh: { publicKeys: [{ path, keyData: use("sshPublicKey") }] },
    },
  };
}

/** The value as Bicep writes it, two spaces a level. */
function render(value: Value, indent: string): string {
  if (value instanceof Expression) return value.text;
  if (typeof value === "string") return bicepLiteral(value);
  if (typeof value !== "object") return String(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => `${deeper}${render(item, deeper)}`);
    return ["[", ...items, `${indent}]`].join("\n");
  }
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${deeper}${name}: ${render(member, deeper)}`],
  );
  return ["{", ...members, `${indent}}`].join("\n");
}
