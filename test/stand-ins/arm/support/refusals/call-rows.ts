import { body, type Bench, type Observation } from "./bench";
import type { Row } from "./rows";
import { region } from "./world";

const POLICED = { definition: "Policed" };

/** A PUT while the platform is in trouble once: the first attempt, or the one after it. */
async function attempts(bench: Bench, fault: object, count: number): Promise<Observation> {
  await bench.arm.control("POST", "/faults", fault);
  const version = bench.nextVersion();
  let last: Observation = { when: "accepted" };
  for (let attempt = 0; attempt < count; attempt++)
    last = await bench.put(body([region("westus")]), { version });
  return last;
}

/** Trouble of the platform, which has a fault kind each; the repeat is the accepted attempt. */
const trouble = (row: number, title: string, fault: object, answer: Row["answer"]): Row => ({
  row,
  title,
  refused: (bench) => attempts(bench, fault, 1),
  accepted: (bench) => attempts(bench, fault, 2),
  answer,
});
const PUT_ONCE = { method: "PUT", times: 1 };

/** What any call can meet: policies, throttling, trouble of the platform. */
export const CALL_ROWS: Row[] = [
  {
    row: 23,
    title: "an unencrypted version where a policy denies it",
    refused: (bench) => bench.put(body([{ name: "westus" }]), POLICED),
    accepted: (bench) => bench.put(body([region("westus")]), POLICED),
    answer: { status: 403, code: "RequestDisallowedByPolicy", message: "was disallowed by policy" },
  },
  trouble(
    24,
    "throttled by Compute, until the call is repeated",
    { throttled: { ...PUT_ONCE, style: "compute" } },
    { status: 429, code: "OperationNotAllowed", message: "too many requests have been received" },
  ),
  trouble(
    25,
    "throttled by the Resource Manager, until the call is repeated",
    { throttled: { ...PUT_ONCE, style: "arm", retryAfter: 120 } },
    {
      status: 429,
      code: "ResourceCollectionRequestsThrottled",
      message: "Please try after '120' seconds",
    },
  ),
  ...[408, 500, 502, 503, 504].map((status) =>
    trouble(
      26,
      `${status}, until the call is repeated`,
      { http: { ...PUT_ONCE, status } },
      { status, code: expect.any(String) as string, message: "" },
    ),
  ),
  trouble(
    26,
    "a connection that is cut, until the call is repeated",
    { reset: PUT_ONCE },
    { when: "PUT", code: "ECONNRESET", message: "" },
  ),
];
