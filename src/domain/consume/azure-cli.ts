import type { PurchasePlan } from "../preflight/source-facts";
import { bashLiteral } from "./quote";
import {
  blank,
  headline,
  isScaleSet,
  ORCHESTRATION_MODE,
  SECURITY,
  setText,
  when,
  type DiskSet,
  type Recipe,
} from "./recipe";

/** An option with its values, as words of bash. */
type Option = [name: string, ...values: string[]];

/**
 * Azure CLI (2.45 or later), for bash. All of it is one subshell: it is read whole before anything
 * runs, so that a question of the CLI's isn't answered by the next pasted line, and it stops at the
 * first command that fails.
 */
export function azureCli(recipe: Recipe): string {
  return [
    `# ${headline(recipe)} For bash; fill in what stands in <…>.`,
    "(",
    "set -eu",
    ...variables(recipe).map(([name, value]) => `${name}=${bashLiteral(value)}`),
    ...acceptTerms(recipe),
    ...notes(recipe).map((note) => `# ${note}`),
    command(isScaleSet(recipe) ? "az vmss create" : "az vm create", options(recipe)),
    ")",
    "",
  ].join("\n");
}

const setVariable = ({ disk }: DiskSet): string =>
  disk === "os" ? "OS_DISK_SET_ID" : `DATA_DISK_${disk}_SET_ID`;
const use = (variable: string): string => `"$${variable}"`;
const command = (name: string, options: Option[]): string =>
  [name, ...options.map((option) => option.join(" "))].join(" \\\n  ");

type Variable = [name: string, value: string];

function variables(recipe: Recipe): Variable[] {
  const { image, osDisk, dataDisks } = recipe;
  const { region, generalized, osType } = image;
  return [
    ["RESOURCE_GROUP", blank("resource group")],
    ["NAME", blank("name")],
    ["SIZE", blank("size of the machine")],
    ...when<Variable>(isScaleSet(recipe), ["INSTANCE_COUNT", "2"]),
    ["SUBNET_ID", blank(`id of a subnet in ${region}`)],
    ...when<Variable>(generalized, ["ADMIN_USERNAME", blank("user name")]),
    ...when<Variable>(generalized && osType === "Linux", [
      "SSH_PUBLIC_KEY",
      blank("path of your SSH public key"),
    ]),
    ["IMAGE_VERSION_ID", image.versionId],
    ...[osDisk, ...dataDisks].map((set): Variable => [setVariable(set), setText(set, recipe)]),
  ];
}

function acceptTerms({ image: { purchasePlan } }: Recipe): string[] {
  if (purchasePlan === undefined) return [];
  const { publisher, product, name } = purchasePlan;
  return [
    command("az vm image terms accept", [
      ["--publisher", bashLiteral(publisher)],
      ["--offer", bashLiteral(product)],
      ["--plan", bashLiteral(name)],
    ]),
  ];
}

function notes({ image, dataDisks }: Recipe): string[] {
  const { generalized, osType } = image;
  return [
    ...when(
      dataDisks.length > 1,
      "The CLI pairs these sets with the version's data disks by position, in the version's order.",
    ),
    ...when(generalized && osType === "Windows", "The CLI asks for the administrator's password."),
    ...when(
      !generalized && osType === "Windows",
      "The CLI asks for a password that it doesn't use: the image brings its own users.",
    ),
    ...when(
      !generalized && osType === "Linux",
      "The CLI wants an SSH key that it doesn't use: the image brings its own users.",
    ),
  ];
}

function options(recipe: Recipe): Option[] {
  const { image, kind, dataDisks } = recipe;
  const { purchasePlan } = image;
  const mode = ORCHESTRATION_MODE[kind];
  return [
    ["--resource-group", use("RESOURCE_GROUP")],
    ["--name", use("NAME")],
    ["--location", bashLiteral(image.region)],
    ["--image", use("IMAGE_VERSION_ID")],
    ...when<Option>(!image.generalized, ["--specialized"]),
    ...(mode === undefined ? VIRTUAL_MACHINE : scaleSet(mode)),
    ["--subnet", use("SUBNET_ID")],
    ...osDisk(recipe),
    ...when<Option>(dataDisks.length > 0, [
      "--data-disk-encryption-sets",
      ...dataDisks.map((set) => use(setVariable(set))),
    ]),
    ...security(recipe),
    ...login(recipe),
    ...(purchasePlan === undefined ? [] : plan(purchasePlan)),
  ];
}

/** No public address and no security group of its own: who can reach it is the subnet's matter. */
const VIRTUAL_MACHINE: Option[] = [
  ["--size", use("SIZE")],
  ["--public-ip-address", "''"],
  ["--nsg", "''"],
];
const scaleSet = (mode: string): Option[] => [
  ["--orchestration-mode", mode],
  ["--vm-sku", use("SIZE")],
  ["--instance-count", use("INSTANCE_COUNT")],
  ["--load-balancer", "''"],
];

function osDisk({ image, osDisk: set }: Recipe): Option[] {
  const { securityEncryptionType, secureSet } = SECURITY[image.security];
  const option = secureSet ? "--os-disk-secure-vm-disk-encryption-set" : "--os-disk-encryption-set";
  return [
    [option, use(setVariable(set))],
    ...(securityEncryptionType === undefined
      ? []
      : [["--os-disk-security-encryption-type", securityEncryptionType] satisfies Option]),
  ];
}

function security({ image }: Recipe): Option[] {
  const { securityType } = SECURITY[image.security];
  if (securityType === undefined) return [];
  return [
    ["--security-type", securityType],
    ["--enable-vtpm", "true"],
    ["--enable-secure-boot", "true"],
  ];
}

/** Without a key or password option the CLI asks for a password, which so isn't in any history. */
function login({ image: { generalized, osType } }: Recipe): Option[] {
  return [
    ...when<Option>(generalized, ["--admin-username", use("ADMIN_USERNAME")]),
    ...when<Option>(generalized && osType === "Linux", ["--ssh-key-values", use("SSH_PUBLIC_KEY")]),
    ...when<Option>(!generalized && osType === "Linux", ["--generate-ssh-keys"]),
  ];
}

const plan = ({ publisher, product, name }: PurchasePlan): Option[] => [
  ["--plan-publisher", bashLiteral(publisher)],
  ["--plan-product", bashLiteral(product)],
  ["--plan-name", bashLiteral(name)],
];
