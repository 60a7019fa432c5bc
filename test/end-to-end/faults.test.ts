import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { RunningStack, sample, type ArmCall } from "./running-stack";

/** An entry of samples/faults.yaml, which explains it. */
interface Rehearsal {
  first?: string[];
  faults: object[];
  clearAfterSeconds?: number;
  ends: string[];
}

/** What a rehearsal must end with, beside the states that the sample file promises. */
interface Expected {
  /** Statuses of the publishing app's own PUTs; 0: no answer came. */
  puts: number[];
  /** How often the app deletes the version. */
  deletes?: number;
  /** The recorded failure of the last run. */
  code?: string;
  /** What of it names the way out. */
  action?: RegExp;
  leftOver?: RegExp | RegExp[];
  /** Regions of the version at the end, when they are others than the request's two. */
  regions?: string[];
}

const DELETE = /^az sig image-version delete .* --gallery-image-version 5\.0\.\d+ /;
/** For the regions that failed beside others that are there. */
const REMOVE = /^az sig image-version update .* --gallery-image-version 5\.0\.\d+ /;
const SHOW = /^az sig image-version show .* --expand ReplicationStatus$/;
const EXPECTED: Record<string, Expected> = {
  // The last PUT of what is published takes it into latest.
  "throttled-by-the-platform": { puts: [429, 429, 201, 200] },
  "throttled-by-compute": { puts: [429, 201, 200] },
  "sets-unavailable": { puts: [201, 200] },
  "put-unavailable": { puts: [500, 503, 504, 201, 200] },
  "put-timed-out": { puts: [408, 201, 200] },
  "connection-reset": { puts: [0, 201, 200] },
  "slow-answer": { puts: [201, 200] },
  "lost-reply": { puts: [0, 200] },
  "stuck-region": { puts: [201, 200] },
  "region-fails-twice": { puts: [201, 200, 200, 200] },
  "region-fails-the-version": {
    puts: [201, 200, 200, 200],
    code: "ValidationError",
    action: /the same PUT is repeated/,
    leftOver: [SHOW, REMOVE],
  },
  "key-not-accessible": {
    // A right that is new needs minutes to arrive: one more try.
    puts: [201, 201],
    deletes: 1,
    code: "KeyVaultAccessForbidden",
    action: /grant the disk encryption set's identity/,
    leftOver: DELETE,
  },
  "version-fails": {
    puts: [201],
    code: "InternalOperationError",
    action: /takes no further write/,
    leftOver: DELETE,
  },
  "operation-expired": {
    // Nothing says what it was: made anew as often as a region's PUT is repeated.
    puts: [201, 201, 201, 201],
    deletes: 3,
    code: "ReplicationFailed",
    action: /takes no further write/,
    leftOver: DELETE,
  },
  "denied-by-policy": { puts: [403], code: "RequestDisallowedByPolicy", action: /policy's owner/ },
  "missing-linked-right": {
    puts: [403],
    code: "LinkedAuthorizationFailed",
    action: /give the app's identity the missing right/,
  },
  "early-success": { puts: [201, 200] },
  // Two PUTs each: the first publication's, and this one's between refusal and end.
  "somebody-adds-a-region": {
    puts: [201, 200, 409, 200, 200],
    regions: ["West US", "East US", "East US 2"],
  },
  "somebody-has-added-a-region": {
    puts: [201, 200, 400, 200, 200],
    regions: ["West US", "East US", "East US 2"],
  },
  "somebody-scales-a-region": { puts: [201, 200] },
  "somebody-removes-a-region": { puts: [201, 200, 200] },
  "somebody-removes-a-region-again": {
    puts: [201, 200],
    code: "RegionVanished",
    action: /find the other writer/,
    leftOver: SHOW,
    regions: ["West US"],
  },
  "somebody-deletes-the-version": {
    puts: [201],
    code: "VersionVanished",
    action: /find who deleted it/,
  },
  "somebody-takes-the-number": { puts: [409], code: "VersionTaken", action: /another version/ },
  "somebody-has-taken-the-number": { puts: [], code: "VersionTaken", action: /another version/ },
};

/** With PRINT_FAULTS=1 the ends are printed as a table, for people. */
const print = process.env["PRINT_FAULTS"] === "1";

const text = readFileSync("samples/faults.yaml", "utf8");
const NAMES = Object.keys(parse(text) as object);

describe("each fault strikes a running publish", () => {
  const stack = new RunningStack();
  /** The app's own principal, as its tokens say; a foreign writer is another one. */
  const OWN = "22222222-2222-2222-2222-222222222222";
  const runs = new Map<string, ReturnType<typeof rehearse>>();

  const shown: string[] = [];

  beforeAll(async () => {
    await stack.start(["--speed", "300"]);
    // Side by side: most of their time is waiting.
    for (const [index, name] of NAMES.entries())
      runs.set(name, rehearse(name, `5.0.${100 + index}`));
    await Promise.allSettled(runs.values());
  }, 100_000);
  afterAll(async () => {
    if (print) process.stdout.write(`${shown.join("\n")}\n`);
    await stack.stop();
  }, 20_000);

  async function rehearse(name: string, version: string) {
    const all = parse(text.replaceAll("$VERSION", version)) as Record<string, Rehearsal>;
    const { first, faults, clearAfterSeconds, ends } = all[name] as Rehearsal;
    const request = sample("request.json", { version, requestId: name });
    if (first !== undefined) {
      const inFirst = ({ name: region }: { name: string }): boolean => first.includes(region);
      const targetRegions = request.targetRegions.filter(inFirst);
      await stack.drop({ ...request, targetRegions, requestId: `${name}-first` });
      await stack.ended(`${name}-first`, 60_000);
    }
    const keys = await Promise.all(faults.map((fault) => stack.addFault(fault)));
    const states: string[] = [];
    let publication;
    for (const [time] of ends.entries()) {
      const requestId = `${name}-${time}`;
      await stack.drop({ ...request, requestId });
      if (clearAfterSeconds !== undefined) await clearOnceStuck(requestId, keys);
      publication = await stack.ended(requestId, 60_000);
      states.push(publication.state);
    }
    return { version, ends, states, publication, keys };
  }

  /** Not by the clock: once the other region is there and this one isn't. */
  async function clearOnceStuck(requestId: string, keys: string[]): Promise<void> {
    await stack.eventually("a region that is left behind", async () => {
      const { items } = (await stack.http(`/api/publications?requestId=${requestId}`)).body;
      if (items.length === 0) return undefined;
      const { regions = [] } = (await stack.http(`/api/publications/${items[0].id}`)).body;
      const states = regions.map(({ state }: { state: string }) => state);
      return states.includes("completed") && states.includes("replicating") ? true : undefined;
    });
    for (const key of keys) await stack.clearFault(key);
  }

  async function failureOf({ failureId }: { failureId?: string }) {
    if (failureId === undefined) return undefined;
    const answer = await stack.http(`/api/failures/${failureId}`);
    expect(answer.status).toBe(200);
    return answer.body;
  }

  it("and every rehearsal of samples/faults.yaml has its end here", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)("%s", async (name) => {
    const { version, ends, states, publication, keys } = await (runs.get(name) ?? fail(name));
    const { puts, deletes = 0, code, action, leftOver, regions } = EXPECTED[name] ?? fail(name);
    expect(states).toEqual(ends);
    const own = ({ caller }: ArmCall): boolean => caller.oid === OWN || caller.oid === undefined;
    const sent = stack.armCalls("PUT", `/versions/${version}`).filter(own);
    expect(sent.map(({ status }) => status)).toEqual(puts);
    expect(stack.armCalls("DELETE", `/versions/${version}`).filter(own)).toHaveLength(deletes);
    for (const fault of await stack.faults(keys)) expect(fault.struck).toBeGreaterThan(0);

    const failure = await failureOf(publication);
    const fault = failure?.fault ?? failure?.regions.find(isFailed)?.fault;
    const answers = sent.map(({ status }) => (status === 0 ? "no answer" : status)).join(", ");
    shown.push(`| ${name} | ${answers} | ${states.join(", ")} | ${fault?.code ?? ""} |`);
    expect(fault?.code).toBe(code);
    if (action !== undefined) expect(fault.action).toMatch(action);
    const commands = (failure?.leftOver ?? []).map((one: { command: string }) => one.command);
    const expected = [leftOver].flat().filter((one) => one !== undefined);
    expect(commands).toEqual(expected.map((one) => expect.stringMatching(one)));

    if (publication.state !== "published" && regions === undefined) return;
    const there = await stack.readVersion(publication.image.id);
    const targets = there.publishingProfile?.targetRegions ?? [];
    expect(targets.map((region) => region.name)).toEqual(regions ?? ["West US", "East US 2"]);
    for (const target of targets)
      expect(target.encryption?.osDiskImage?.diskEncryptionSetId).toBeDefined();
    expect(there.replicationStatus?.aggregatedState).toBe("Completed");
    const excluded = [there.publishingProfile, ...targets].map((one) => one?.excludeFromLatest);
    expect(new Set(excluded)).toEqual(new Set([publication.state !== "published"]));
  });
});

const isFailed = ({ kind }: { kind: string }): boolean => kind === "failed";

function fail(name: string): never {
  throw new Error(`${name} was not rehearsed`);
}
