/**
 * Cmdlets that the texts may use, with parameters that the reference of Az.Compute, Az.Network and
 * Az.MarketplaceOrdering lists for them: the modules themselves come from a gallery of their own.
 */
export const CMDLETS: Readonly<Record<string, string>> = {
  "ConvertTo-SecureString": "String AsPlainText Force",
  "Get-Credential": "Message",
  "Set-AzMarketplaceTerms": "Publisher Product Name Accept Terms",
  "New-AzNetworkInterface": "ResourceGroupName Location Name SubnetId",
  "New-AzVMConfig": "VMName VMSize",
  "Add-AzVMNetworkInterface": "VM Id",
  "Set-AzVMSourceImage": "VM Id",
  "Set-AzVMOperatingSystem":
    "VM Linux Windows ComputerName Credential DisablePasswordAuthentication",
  "Add-AzVMSshPublicKey": "VM KeyData Path",
  "Set-AzVMOSDisk":
    "VM CreateOption DiskEncryptionSetId SecurityEncryptionType SecureVMDiskEncryptionSet",
  "Add-AzVMDataDisk": "VM Lun CreateOption StorageAccountType DiskEncryptionSetId",
  "Set-AzVMSecurityProfile": "VM SecurityType",
  "Set-AzVMUefi": "VM EnableVtpm EnableSecureBoot",
  "Set-AzVMPlan": "VM Publisher Product Name PromotionCode",
  "New-AzVM": "ResourceGroupName Location VM",
  "New-AzVmssIpConfig": "Name SubnetId Primary",
  "New-AzVmssConfig":
    "Location SkuName SkuCapacity OrchestrationMode PlatformFaultDomainCount UpgradePolicyMode PlanPublisher PlanProduct PlanName",
  "Add-AzVmssNetworkInterfaceConfiguration": "VirtualMachineScaleSet Name Primary IPConfiguration",
  "Set-AzVmssOsProfile":
    "VirtualMachineScaleSet ComputerNamePrefix AdminUsername AdminPassword LinuxConfigurationDisablePasswordAuthentication",
  "Add-AzVmssSshPublicKey": "VirtualMachineScaleSet KeyData Path",
  "Set-AzVmssStorageProfile":
    "VirtualMachineScaleSet ImageReferenceId OsDiskCreateOption DiskEncryptionSetId SecurityEncryptionType SecureVMDiskEncryptionSet",
  "Add-AzVmssDataDisk": "VirtualMachineScaleSet Lun CreateOption DiskEncryptionSetId",
  "Set-AzVmssSecurityProfile": "VirtualMachineScaleSet SecurityType",
  "Set-AzVmssUefi": "VirtualMachineScaleSet EnableVtpm EnableSecureBoot",
  "New-AzVmss": "ResourceGroupName VMScaleSetName VirtualMachineScaleSet",
};
