import { problem, warning, type Problem } from "../problem";
import { isEncrypted, type ImageSource, type PublishRequest } from "../request/publish-request";
import { isAtLeast } from "../version-name";
import type { Findings } from "./findings";
import type { DefinitionFacts, SourceFacts } from "./source-facts";

/** Kinds of sources that Azure's documentation names for definitions of a security type. */
const SOURCES_OF: Readonly<
  Record<string, { kinds: readonly ImageSource["kind"][]; words: string; instead: string }>
> = {
  trustedlaunch: {
    kinds: ["virtualMachine", "managedDisk", "snapshots"],
    words: "a virtual machine, a disk or snapshots: sources that carry a machine's guest state",
    instead: "TrustedLaunchSupported",
  },
  trustedlaunchsupported: {
    kinds: ["managedImage", "galleryImageVersion", "vhd"],
    words: "a managed image, a gallery image version or a VHD: sources without a guest state",
    instead: "TrustedLaunch",
  },
};

/**
 * The definition's security type for this version: of the features that have begun by then, the one
 * that began last (REST contract: `startsAtVersion`).
 */
export function securityTypeOf({ features }: DefinitionFacts, version: string): string {
  const begun = features
    .filter(({ name }) => name.toLowerCase() === "securitytype")
    .map(({ value, startsAtVersion = "0.0.0" }) => ({ value, startsAtVersion }))
    .filter(({ startsAtVersion }) => isAtLeast(version, startsAtVersion));
  const [first, ...more] = begun;
  return more.reduce(
    (last, feature) => (isAtLeast(feature.startsAtVersion, last.startsAtVersion) ? feature : last),
    first ?? { value: "Standard", startsAtVersion: "0.0.0" },
  ).value;
}

/**
 * Checks the definition's security type for this version: whether the kind of source suits it, and
 * whether the request encrypts the OS disk as confidential exactly where machines are.
 * @param source what was read of it; undefined when it couldn't be
 */
export function checkSecurityType(
  definition: DefinitionFacts,
  request: PublishRequest,
  source: SourceFacts | undefined,
): Findings {
  const type = securityTypeOf(definition, request.image.version);
  const ofSource = source?.resources[0]?.facts?.securityType?.toLowerCase();
  const fails = ofSource === "trustedlaunch" && isEncrypted(request);
  return {
    problems: [...sourceKind(type, request.source), ...confidentialDisks(type, request)],
    remarks: fails ? [CAPTURE] : [],
  };
}

const CAPTURE = warning(
  problem(
    "$.source",
    "TrustedLaunchCapture",
    "captures of Trusted Launch machines have failed in Azure with an internal error when encrypted with customer-managed keys",
    "watch the first region; if it fails with Contract.Assert, build the image on a machine without Trusted Launch",
  ),
);

function sourceKind(type: string, { kind }: ImageSource): Problem[] {
  const takes = SOURCES_OF[type.toLowerCase()];
  if (takes === undefined || takes.kinds.includes(kind)) return [];
  return [
    problem(
      "$.source",
      "SecurityTypeMismatch",
      `the definition's security type is ${type}, which takes ${takes.words}`,
      `use such a source, or a definition with ${takes.instead}`,
    ),
  ];
}

/** A definition for confidential machines wants the type in every region, no other takes it. */
function confidentialDisks(type: string, { targetRegions }: PublishRequest): Problem[] {
  const isConfidential = type.toLowerCase() === "confidentialvm";
  return targetRegions.flatMap(({ name, osDiskImage: { securityProfile } }, index) => {
    if (isConfidential === (securityProfile !== undefined)) return [];
    const path = `$.targetRegions[${index}].encryption.osDiskImage.securityProfile`;
    return isConfidential
      ? [
          problem(
            `${path}.confidentialVMEncryptionType`,
            "ConfidentialTypeRequired",
            `the definition is for confidential machines, and region ${name} doesn't say how the OS disk is encrypted`,
            "add confidentialVMEncryptionType, for example EncryptedWithCmk with secureVMDiskEncryptionSetId",
            name,
          ),
        ]
      : [
          problem(
            path,
            "DefinitionNotConfidential",
            `the definition's security type is ${type}, and region ${name} encrypts the OS disk as that of a confidential machine`,
            "leave securityProfile out, or use a definition with the security type ConfidentialVM",
            name,
          ),
        ];
  });
}
