import type { Row } from "./model";

const invalid = (message: string): Row["says"] => ({
  status: 400,
  code: "InvalidParameter",
  message,
});
const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const ID = "/subscriptions/…/diskEncryptionSets/some-set";

/**
 * The table of Azure's errors (azure-facts §3), row by row: what the service says, when, and what is to be done.
 * Written from that table, not from the product: a product that thinks otherwise turns cells red. Where the table
 * knows no code or no words, those are the stand-in's, which lists them as assumed.
 */
export const ROWS: Row[] = [
  {
    number: 1,
    title: "DES in another subscription",
    said: ["PUT"],
    says: invalid(
      `The disk encryption set '${ID}' must be in the same subscription '${SUBSCRIPTION}' as the gallery resource`,
    ),
    advice: "permanent",
  },
  {
    number: 2,
    title: "DES missing",
    said: ["PUT"],
    says: invalid(`The disk encryption set ${ID} was not found`),
    advice: "permanent",
  },
  {
    number: 3,
    title: "DES in another region",
    said: ["PUT"],
    says: invalid(
      `The disk encryption set '${ID}' is in region 'North Europe' but it must be in the target region`,
    ),
    advice: "permanent",
  },
  {
    number: 4,
    title: "CMK in one region, none in another",
    said: ["PUT"],
    says: invalid(
      `A disk encryption set is required for disk 'LUN 0' in target region 'East US 2' since disk encryption set '${ID}' is used for the corresponding disk in region 'West US'`,
    ),
    advice: "permanent",
  },
  {
    number: 5,
    title: "wrong LUN",
    said: ["PUT"],
    says: invalid(
      "An invalid lun [1] was specified in encryption.dataDiskImages. The lun must be one of ['0']",
    ),
    advice: "permanent",
  },
  {
    number: 6,
    title: "source can't be encrypted",
    said: ["PUT"],
    says: invalid("Encryption is not supported for source resource 'myImage'"),
    advice: "permanent",
  },
  {
    number: 7,
    title: "encrypted source elsewhere",
    said: ["PUT"],
    says: invalid(
      `Encrypted source: 'myImage' is in a different subscription ID than the current gallery image version subscription '${SUBSCRIPTION}'`,
    ),
    advice: "permanent",
  },
  {
    number: 8,
    title: "key not accessible",
    said: ["operation"],
    says: {
      status: 400,
      code: "KeyVaultAccessForbidden",
      message:
        "Unable to access key vault resource '<keyurl>' to enable encryption at rest. Please grant get, wrap and unwrap key permissions to disk encryption set '<name>'",
    },
    advice: "operator",
  },
  {
    number: 9,
    title: "Trusted Launch capture + CMK",
    said: ["region status"],
    says: {
      status: 200,
      code: "ReplicationFailed",
      message:
        "Replication failed in this region due to 'Contract.Assert failed: Data model DiskEncryptionSetId '' does not match DiskRP returned DiskEncryptionSetId 'some-set''",
    },
    advice: "permanent",
  },
  {
    number: 10,
    title: "confidential type missing",
    said: ["PUT"],
    says: invalid(
      "The regional encryption.osDiskImage.securityProfile.type must be specified when the SecurityType of the image definition is ConfidentialVM",
    ),
    advice: "permanent",
  },
  {
    number: 11,
    title: "source region left out",
    said: ["PUT"],
    says: invalid(
      "Gallery image version publishing profile regions East US 2 must contain the location of image version West US",
    ),
    advice: "permanent",
  },
  {
    number: 12,
    title: "duplicate region",
    said: ["PUT"],
    says: invalid("Duplicate regions are not allowed in target publishing regions"),
    advice: "permanent",
  },
  {
    number: 13,
    title: "replica count",
    said: ["PUT"],
    says: invalid(
      "The value 3 of parameter regionalReplicaCount is out of range. The value must be between 1 and 2, inclusive",
    ),
    advice: "permanent",
  },
  {
    number: 14,
    title: "version name",
    said: ["PUT"],
    says: invalid(
      "The image version name is invalid. The image version name should follow Major(int).Minor(int).Patch(int) format",
    ),
    advice: "permanent",
  },
  {
    number: 15,
    title: "source missing",
    said: ["PUT"],
    says: invalid(
      "Source myImage is not found. Please check source exists, and is in the same region as gallery image version being created",
    ),
    advice: "permanent",
  },
  {
    number: 16,
    title: "source busy",
    said: ["PUT", "operation"],
    says: invalid("Too many requests on source 'myImage'"),
    advice: "transient",
  },
  {
    number: 17,
    title: "version exists, other source",
    said: ["PUT"],
    says: {
      status: 409,
      code: "PropertyChangeNotAllowed",
      message:
        "Changing property 'galleryImageVersion.properties.storageProfile.source.id' is not allowed",
    },
    advice: "permanent",
  },
  {
    number: 18,
    title: "being deleted",
    said: ["PUT"],
    says: {
      status: 409,
      code: "InvalidParameter",
      message:
        "Operation 'Update Gallery Image Version' is not on allowed on 1.0.0; since it is marked for deletion",
    },
    advice: "waitForOperation",
  },
  {
    number: 19,
    title: "end-of-life block",
    said: ["DELETE"],
    says: {
      status: 409,
      code: "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
      message:
        "Deletion of Gallery image version is not allowed because the image is enabled for blockDeletionBeforeEndOfLife and its endOfLifeDate has not reached yet",
    },
    advice: "operator",
  },
  {
    number: 20,
    title: "a region failed",
    said: ["operation", "region status"],
    says: {
      status: 200,
      code: "ValidationError",
      message: "Gallery replication jobs failed in one or more regions.",
    },
    advice: "repeat",
  },
  {
    number: 21,
    title: "version in Failed",
    said: ["PUT"],
    says: {
      status: 409,
      code: "InvalidParameter",
      message:
        "Operation 'Update Gallery Image Version' is not allowed on 1.0.0 since its provisioning state is Failed. Delete the image version and create it again",
    },
    advice: "operator",
  },
  {
    number: 22,
    title: "concurrent change",
    said: ["PUT", "DELETE"],
    says: {
      status: 409,
      code: "Conflict",
      message: "The request failed due to conflict with a concurrent request.",
    },
    advice: "waitForOperation",
  },
  {
    number: 23,
    title: "policy",
    said: ["PUT"],
    says: {
      status: 403,
      code: "RequestDisallowedByPolicy",
      message: "Resource '1.0.0' was disallowed by policy.",
    },
    advice: "permanent",
  },
  {
    number: 24,
    title: "Compute throttling",
    said: ["any call"],
    says: { status: 429, code: "OperationNotAllowed", message: "TooManyRequests" },
    advice: "transient",
  },
  {
    number: 25,
    title: "ARM throttling",
    said: ["any call"],
    says: {
      status: 429,
      code: "ResourceCollectionRequestsThrottled",
      message: "Please try after '120' seconds",
    },
    advice: "transient",
  },
  {
    number: 26,
    title: "408, 500, 502, 503, 504, connection reset",
    said: ["any call"],
    says: { status: 503, code: "ServerTimeout", message: "" },
    advice: "transient",
  },
];
