import { powerShellLiteral } from "./quote";
import {
  blank,
  headline,
  isScaleSet,
  NETWORK_API_VERSION,
  ORCHESTRATION_MODE,
  SECURITY,
  setText,
  when,
  type DiskSet,
  type Recipe,
} from "./recipe";

/**
 * Azure PowerShell (Az.Compute). All of it is one script block: it is read whole before anything
 * runs, so that a question isn't answered by the next pasted line, and the first error ends it.
 */
export function powerShell(recipe: Recipe): string {
  return [
    `# ${headline(recipe)} Fill in what stands in <…>.`,
    "& {",
    ...[
      "$ErrorActionPreference = 'Stop'",
      ...variables(recipe).map(([name, value]) => `${name} = ${powerShellLiteral(value)}`),
      ...credential(recipe),
      ...acceptTerms(recipe),
      ...(isScaleSet(recipe) ? scaleSet(recipe) : virtualMachine(recipe)),
    ].map((line) => `  ${line}`),
    "}",
    "",
  ].join("\n");
}

const setVariable = ({ disk }: DiskSet): string =>
  disk === "os" ? "$osDiskSetId" : `$dataDisk${disk}SetId`;

type Variable = [name: string, value: string];

function variables(recipe: Recipe): Variable[] {
  const { image, osDisk, dataDisks } = recipe;
  const { region, generalized, osType } = image;
  const linuxUser = generalized && osType === "Linux";
  return [
    ["$resourceGroup", blank("resource group")],
    ["$name", blank("name")],
    ["$size", blank("size of the machine")],
    ["$location", region],
    ["$subnetId", blank(`id of a subnet in ${region}`)],
    ...when<Variable>(generalized && isScaleSet(recipe), [
      "$computerNamePrefix",
      blank("prefix of the computer names, at most 9 characters"),
    ]),
    ...when<Variable>(linuxUser, ["$adminUsername", blank("user name")]),
    ...when<Variable>(linuxUser, ["$sshPublicKey", blank("your SSH public key")]),
    ...when<Variable>(!isScaleSet(recipe) && dataDisks.length > 0, [
      "$dataDiskType",
      "Premium_LRS",
    ]),
    ["$imageVersionId", image.versionId],
    ...[osDisk, ...dataDisks].map((set): Variable => [setVariable(set), setText(set, recipe)]),
  ];
}

/** A machine with an SSH key has no password; the cmdlet for a single one wants a credential anyhow. */
function credential(recipe: Recipe): string[] {
  const { generalized, osType } = recipe.image;
  if (!generalized) return [];
  if (osType === "Windows") return ["$credential = Get-Credential -Message 'Administrator'"];
  return when(
    !isScaleSet(recipe),
    "$credential = [pscredential]::new($adminUsername, (ConvertTo-SecureString -String ' ' -AsPlainText -Force))",
  );
}

function acceptTerms(recipe: Recipe): string[] {
  return plan(recipe).map((parameters) => `Set-AzMarketplaceTerms ${parameters} -Accept`);
}

/** The purchase plan as parameters, where there is one. */
function plan({ image: { purchasePlan } }: Recipe, prefix: "" | "Plan" = ""): string[] {
  if (purchasePlan === undefined) return [];
  const { publisher, product, name } = purchasePlan;
  return [
    [
      `-${prefix}Publisher ${powerShellLiteral(publisher)}`,
      `-${prefix}Product ${powerShellLiteral(product)}`,
      `-${prefix}Name ${powerShellLiteral(name)}`,
    ].join(" "),
  ];
}

function virtualMachine(recipe: Recipe): string[] {
  const { image, osDisk, dataDisks } = recipe;
  const { generalized, osType } = image;
  return [
    '$nic = New-AzNetworkInterface -ResourceGroupName $resourceGroup -Location $location -Name "$name-nic" -SubnetId $subnetId',
    "$vm = New-AzVMConfig -VMName $name -VMSize $size",
    "$vm = Add-AzVMNetworkInterface -VM $vm -Id $nic.Id",
    "$vm = Set-AzVMSourceImage -VM $vm -Id $imageVersionId",
    ...(generalized ? VIRTUAL_MACHINE_LOGIN[osType] : []),
    `$vm = Set-AzVMOSDisk -VM $vm -CreateOption FromImage ${osDiskSet(recipe, osDisk)}`,
    // Without a storage type the cmdlet takes its set of parameters for unmanaged disks, and drops
    // the disk encryption set without a word.
    ...dataDisks.map(
      (set) =>
        `$vm = Add-AzVMDataDisk -VM $vm -Lun ${set.disk} -CreateOption FromImage -StorageAccountType $dataDiskType -DiskEncryptionSetId ${setVariable(set)}`,
    ),
    ...security(recipe, ["Set-AzVMSecurityProfile -VM $vm", "Set-AzVMUefi -VM $vm"], "$vm"),
    ...plan(recipe).map((parameters) => `$vm = Set-AzVMPlan -VM $vm ${parameters}`),
    ...everyDataDiskHasItsSet(recipe, "$vm.StorageProfile"),
    "New-AzVM -ResourceGroupName $resourceGroup -Location $location -VM $vm",
  ];
}

function scaleSet(recipe: Recipe): string[] {
  const { image, osDisk, dataDisks, kind } = recipe;
  const { generalized, osType } = image;
  const flexible = kind === "flexibleScaleSet";
  return [
    "$ipConfig = New-AzVmssIpConfig -Name 'ipconfig' -SubnetId $subnetId -Primary",
    [
      "$vmss = New-AzVmssConfig -Location $location -SkuName $size -SkuCapacity 2",
      `-OrchestrationMode ${ORCHESTRATION_MODE[kind]}`,
      flexible ? "-PlatformFaultDomainCount 1" : "-UpgradePolicyMode Manual",
      ...plan(recipe, "Plan"),
    ].join(" "),
    "$vmss = Add-AzVmssNetworkInterfaceConfiguration -VirtualMachineScaleSet $vmss -Name 'nic' -Primary $true -IPConfiguration $ipConfig",
    ...when(
      flexible,
      `$vmss.VirtualMachineProfile.NetworkProfile.NetworkApiVersion = '${NETWORK_API_VERSION}'`,
    ),
    ...(generalized ? SCALE_SET_LOGIN[osType] : []),
    `$vmss = Set-AzVmssStorageProfile -VirtualMachineScaleSet $vmss -ImageReferenceId $imageVersionId -OsDiskCreateOption FromImage ${osDiskSet(recipe, osDisk)}`,
    ...dataDisks.map(
      (set) =>
        `$vmss = Add-AzVmssDataDisk -VirtualMachineScaleSet $vmss -Lun ${set.disk} -CreateOption FromImage -DiskEncryptionSetId ${setVariable(set)}`,
    ),
    ...security(
      recipe,
      [
        "Set-AzVmssSecurityProfile -VirtualMachineScaleSet $vmss",
        "Set-AzVmssUefi -VirtualMachineScaleSet $vmss",
      ],
      "$vmss",
    ),
    ...everyDataDiskHasItsSet(recipe, "$vmss.VirtualMachineProfile.StorageProfile"),
    "New-AzVmss -ResourceGroupName $resourceGroup -VMScaleSetName $name -VirtualMachineScaleSet $vmss",
  ];
}

const VIRTUAL_MACHINE_LOGIN = {
  Linux: [
    "$vm = Set-AzVMOperatingSystem -VM $vm -Linux -ComputerName $name -Credential $credential -DisablePasswordAuthentication",
    '$vm = Add-AzVMSshPublicKey -VM $vm -KeyData $sshPublicKey -Path "/home/$adminUsername/.ssh/authorized_keys"',
  ],
  Windows: [
    "$vm = Set-AzVMOperatingSystem -VM $vm -Windows -ComputerName $name -Credential $credential",
  ],
};

const SCALE_SET_LOGIN = {
  Linux: [
    "$vmss = Set-AzVmssOsProfile -VirtualMachineScaleSet $vmss -ComputerNamePrefix $computerNamePrefix -AdminUsername $adminUsername -LinuxConfigurationDisablePasswordAuthentication $true",
    '$vmss = Add-AzVmssSshPublicKey -VirtualMachineScaleSet $vmss -KeyData $sshPublicKey -Path "/home/$adminUsername/.ssh/authorized_keys"',
  ],
  Windows: [
    "$vmss = Set-AzVmssOsProfile -VirtualMachineScaleSet $vmss -ComputerNamePrefix $computerNamePrefix -AdminUsername $credential.UserName -AdminPassword $credential.GetNetworkCredential().Password",
  ],
};

function osDiskSet({ image }: Recipe, set: DiskSet): string {
  const { securityEncryptionType, secureSet } = SECURITY[image.security];
  const parameter = secureSet ? "-SecureVMDiskEncryptionSet" : "-DiskEncryptionSetId";
  return [
    `${parameter} ${setVariable(set)}`,
    ...(securityEncryptionType ? [`-SecurityEncryptionType ${securityEncryptionType}`] : []),
  ].join(" ");
}

function security(
  { image }: Recipe,
  [profile, uefi]: [profile: string, uefi: string],
  machine: string,
): string[] {
  const { securityType } = SECURITY[image.security];
  if (securityType === undefined) return [];
  return [
    `${machine} = ${profile} -SecurityType ${securityType}`,
    `${machine} = ${uefi} -EnableVtpm $true -EnableSecureBoot $true`,
  ];
}

/** A set that a cmdlet dropped would leave the disk with a platform-managed key. */
function everyDataDiskHasItsSet({ dataDisks }: Recipe, profile: string): string[] {
  return when(
    dataDisks.length > 0,
    `if (${profile}.DataDisks.Where({ -not $_.ManagedDisk.DiskEncryptionSet.Id })) { throw 'A data disk has no disk encryption set; update Az.Compute.' }`,
  );
}
