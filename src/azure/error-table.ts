import type { Fault } from "../domain/fault";

/** What an answer of Azure says, before it is judged. */
export interface ErrorFacts {
  /** HTTP status; absent when the connection broke, or when the error came from an operation. */
  status?: number;
  code: string;
  message: string;
  /** Codes of `error.details[]`: Compute hides TooManyRequests there. */
  detailCodes: string[];
  retryAfterMs?: number;
}

type Verdict = Pick<Fault, "advice" | "action"> & { afterMs?: number };
interface Row {
  name: string;
  applies(facts: ErrorFacts): boolean;
  verdict(facts: ErrorFacts): Verdict;
}

const TRANSIENT_STATUS = new Set([408, 500, 502, 503, 504]);
const says = (facts: ErrorFacts, pattern: RegExp): boolean => pattern.test(facts.message);

/** "Please try after '120' seconds": ARM's throttling names the time in the text. */
function secondsInText(message: string): number | undefined {
  const match = /try (?:again )?after '?(\d+)'? seconds?/i.exec(message);
  return match?.[1] === undefined ? undefined : Number(match[1]) * 1000;
}

/**
 * One table for every error, most specific first. The top-level code alone never
 * decides: `OperationNotAllowed` is both throttling and quota.
 */
const ROWS: Row[] = [
  {
    name: "throttled",
    applies: (f) => f.status === 429 || f.detailCodes.includes("TooManyRequests"),
    verdict: (f) => {
      const afterMs = f.retryAfterMs ?? secondsInText(f.message);
      return {
        advice: "transient",
        action: "none: the run waits and repeats the call",
        ...(afterMs === undefined ? {} : { afterMs }),
      };
    },
  },
  {
    name: "source busy",
    applies: (f) => says(f, /too many requests on source/i),
    verdict: () => ({
      advice: "transient",
      action: "none: the run waits and repeats the call",
      afterMs: 60_000,
    }),
  },
  {
    name: "key not accessible",
    applies: (f) => f.code === "KeyVaultAccessForbidden",
    verdict: () => ({
      advice: "operator",
      action:
        "grant the disk encryption set's identity get, wrapKey and unwrapKey on the key, and wait some minutes",
    }),
  },
  {
    name: "policy",
    applies: (f) => f.code === "RequestDisallowedByPolicy",
    verdict: () => ({
      advice: "permanent",
      action: "change the request, or have the policy's owner exempt the gallery",
    }),
  },
  {
    name: "token expired",
    applies: (f) => f.code === "ExpiredAuthenticationToken",
    verdict: () => ({
      advice: "transient",
      action: "none: the run repeats the call with a new token",
    }),
  },
  {
    name: "missing permission",
    applies: (f) =>
      f.status === 401 || f.status === 403 || /AuthorizationFailed$|^Forbidden$/.test(f.code),
    verdict: () => ({
      advice: "operator",
      action:
        "give the app's identity the missing right (the message names action and scope), then run again",
    }),
  },
  {
    name: "regions failed",
    applies: (f) => says(f, /replication jobs failed in one or more regions/i),
    verdict: () => ({
      advice: "repeat",
      action:
        "run the request again: the same PUT is repeated; if it fails again, remove the region and add it back",
    }),
  },
  {
    name: "end-of-life block",
    // An immutability control: nobody but its owner lifts it.
    applies: (f) => f.code === "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
    verdict: () => ({
      advice: "operator",
      action:
        "wait for the version's end of life, or have its owner take the block away; no program does",
    }),
  },
  {
    name: "version is Failed",
    // Reported by users; Azure's own words aren't known.
    applies: (f) => says(f, /provisioning state is Failed/i),
    verdict: () => ({
      advice: "operator",
      action:
        "delete the version if nobody needs its regions, then run again; or choose another version number",
    }),
  },
  {
    name: "trusted launch capture",
    // It looks internal, but no repeat mends it; the region's own status says it.
    applies: (f) => says(f, /Contract\.Assert failed/i),
    verdict: () => ({
      advice: "permanent",
      action:
        "publish from another source: this capture of a Trusted Launch machine can't be encrypted",
    }),
  },
  {
    name: "another operation in flight",
    // Seen with 400 as well: the words decide, the code alone only together with 409.
    applies: (f) =>
      (f.status === 409 && f.code === "Conflict") || says(f, /conflict with a concurrent request/i),
    verdict: () => ({
      advice: "waitForOperation",
      action: "none: the run waits for the other operation",
      afterMs: 15_000,
    }),
  },
  {
    name: "being deleted",
    applies: (f) => says(f, /marked for deletion/i),
    verdict: () => ({
      advice: "waitForOperation",
      action: "none: the run waits until the version is gone",
      afterMs: 15_000,
    }),
  },
  {
    name: "source of an existing version",
    applies: (f) => f.code === "PropertyChangeNotAllowed",
    verdict: () => ({ advice: "permanent", action: "choose another version number" }),
  },
  {
    name: "image not there yet",
    // Users report it for some minutes after a region is Completed.
    applies: (f) => f.code === "GalleryImageNotFound",
    verdict: () => ({
      advice: "transient",
      action: "none: the run waits and repeats the call",
      afterMs: 15_000,
    }),
  },
  {
    name: "transient status",
    applies: (f) => f.status !== undefined && TRANSIENT_STATUS.has(f.status),
    verdict: (f) => ({
      advice: "transient",
      action: "none: the run waits and repeats the call",
      ...(f.retryAfterMs === undefined ? {} : { afterMs: f.retryAfterMs }),
    }),
  },
  {
    name: "certificate not trusted",
    applies: (f) => f.code === "CertificateNotTrusted",
    verdict: () => ({
      advice: "operator",
      action:
        "name the CA that signed the endpoint's certificate in NODE_EXTRA_CA_CERTS, then run again",
    }),
  },
  {
    name: "connection broke",
    applies: (f) => f.status === undefined && f.code === "ConnectionFailed",
    verdict: () => ({ advice: "transient", action: "none: the run waits and repeats the call" }),
  },
];

/**
 * What a region's own words ask for, where they are known to name a lasting cause; undefined leaves the
 * decision to the operation's error.
 */
export function lastingCause(message: string): Pick<Fault, "advice" | "action"> | undefined {
  const facts: ErrorFacts = { code: "", message, detailCodes: [] };
  const verdict = ROWS.find((candidate) => candidate.applies(facts))?.verdict(facts);
  if (verdict?.advice !== "permanent" && verdict?.advice !== "operator") return undefined;
  return { advice: verdict.advice, action: verdict.action };
}

/** What an error asks for; anything unknown is permanent, so that it is recorded and seen. */
export function classify(facts: ErrorFacts): Verdict {
  const row = ROWS.find((candidate) => candidate.applies(facts));
  return (
    row?.verdict(facts) ?? {
      advice: "permanent",
      action: "mend what the message names, then send the request again",
    }
  );
}
