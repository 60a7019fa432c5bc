import { setTimeout as delay } from "node:timers/promises";
import type { ArmFixture } from "../support/arm-fixture";
import { checkInvariants, isBusy, isLost, observe, observeAll, timeless } from "./observed";
import type { Observed } from "./observed";
import { VERSIONS, type Step, type Write } from "./steps";
import { afterWrite, modelOf, type ModelVersion } from "./version-model";
import { OPERATION_SECONDS, VersionTrack } from "./version-track";
import { bodyOf } from "./write-body";
import { Writer, type Outcome } from "./writer";

/** Two writers of the same versions, and everything that must be so after each of their steps. */
export class TwoWriters {
  readonly #writers = [new Writer(), new Writer()] as const;
  readonly #tracks = [new VersionTrack(), new VersionTrack()] as const;
  #arm: ArmFixture;

  private constructor(
    private readonly start: (directory?: string) => Promise<ArmFixture>,
    private readonly count: (what: string) => void,
    arm: ArmFixture,
  ) {
    this.#arm = arm;
  }

  /**
   * @param start starts the stand-in, on the state of an earlier start when a directory is given
   * @param count told what every step came to
   * @throws when the service does what no documented rule explains
   */
  static async run(
    start: (directory?: string) => Promise<ArmFixture>,
    steps: Step[],
    count: (what: string) => void,
  ): Promise<ArmFixture> {
    const all = new TwoWriters(start, count, await start());
    try {
      for (const step of steps) {
        if (step.kind !== "write") count(step.kind);
        await all.#take(step);
        await all.#checkAll();
      }
    } finally {
      await all.#arm.stop();
    }
    return all.#arm;
  }

  async #take(step: Step): Promise<void> {
    switch (step.kind) {
      case "read":
        return this.#writers[step.writer].read(this.#arm, step.version);
      case "write":
        return this.#write(step);
      case "delete":
        return this.#delete(step.writer, step.version);
      case "race":
        return this.#race(step.writes);
      case "pass":
        return this.#pass(step.seconds);
      case "failRegion":
        return this.#failRegion(step.version, step.region);
      case "restart":
        return this.#restart();
      case "dieWriting":
        return this.#dieWriting(step.write, step.afterMs);
    }
  }

  async #pass(seconds: number): Promise<void> {
    for (const track of this.#tracks) track.age += seconds;
    await this.#arm.pass(seconds);
    await this.#checkAll();
  }

  async #failRegion(index: Write["version"], region: string): Promise<void> {
    if (!this.#tracks[index].expectFailure(region)) return;
    const replication = { version: VERSIONS[index], region, details: "no capacity", times: 1 };
    await this.#arm.control("POST", "/faults", { replication });
  }

  /** The body of a write, and what the rules make of it. */
  #prepared(write: Write, before: (Observed | undefined)[]) {
    const body = bodyOf(write, this.#writers[write.writer].lastRead(write.version));
    const { verb, allowRemoval, withSource } = write;
    const written = { verb, version: modelOf(body), allowRemoval, withSource };
    const { version } = this.#tracks[write.version];
    const observed = before[write.version];
    const known = { version, busy: isBusy(observed), lost: isLost(observed) };
    return { body, expected: afterWrite(known, written) };
  }

  async #getReady({ whenIdle, readFirst, writer, version }: Write): Promise<void> {
    if (whenIdle) await this.#pass(OPERATION_SECONDS);
    if (readFirst) await this.#writers[writer].read(this.#arm, version);
  }

  async #write(write: Write): Promise<void> {
    const writer = this.#writers[write.writer];
    await this.#getReady(write);
    const before = await observeAll(this.#arm);
    const { body, expected } = this.#prepared(write, before);
    const outcome = await writer.write(this.#arm, write, body);
    const kind = "refusedBecause" in expected ? "refused" : "accepted";
    if (outcome.kind !== kind) throw surprise({ write, body, expected, outcome });
    this.count("refusedBecause" in expected ? expected.refusedBecause : `${write.verb} taken`);
    if ("refusedBecause" in expected) await this.#checkRefused(outcome, before);
    else this.#tracks[write.version].accepted(expected, before[write.version], outcome);
  }

  async #checkRefused(outcome: Outcome, before: (Observed | undefined)[]): Promise<void> {
    expect(outcome).toMatchObject({ status: expect.any(Number), code: expect.any(String) });
    expect([400, 404, 409]).toContain((outcome as { status: number }).status);
    expect((await observeAll(this.#arm)).map(timeless)).toEqual(before.map(timeless));
  }

  async #delete(writer: Write["writer"], index: Write["version"]): Promise<void> {
    const before = await observe(this.#arm, VERSIONS[index]);
    const outcome = await this.#writers[writer].delete(this.#arm, index);
    const track = this.#tracks[index];
    const refused = isBusy(before) && !track.deleting;
    expect({ before, outcome }).toMatchObject({
      outcome: { kind: refused ? "refused" : "accepted" },
    });
    if (!refused) track.deleteAccepted(outcome);
  }

  /** Two writes at once: of one version at most one is taken, and that one whole. */
  async #race(writes: [Write, Write]): Promise<void> {
    const before = await observeAll(this.#arm);
    const prepared = writes.map((write) => ({ write, ...this.#prepared(write, before) }));
    const outcomes = await Promise.all(
      prepared.map(({ write, body }) => this.#writers[write.writer].write(this.#arm, write, body)),
    );
    const same = writes[0].version === writes[1].version;
    const taken = outcomes.filter(({ kind }) => kind === "accepted").length;
    const good = prepared.filter(({ expected }) => !("refusedBecause" in expected)).length;
    if (taken !== (same ? Math.min(1, good) : good)) throw surprise({ prepared, outcomes });
    for (const [index, { write, expected }] of prepared.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind !== "accepted") continue;
      expect(expected).not.toHaveProperty("refusedBecause");
      const { version } = write;
      this.#tracks[version].accepted(expected as ModelVersion, before[version], outcome);
    }
  }

  async #restart(): Promise<void> {
    const before = await observeAll(this.#arm);
    await this.#arm.stop();
    this.#arm = await this.start(this.#arm.directory);
    expect((await observeAll(this.#arm)).map(timeless)).toEqual(before.map(timeless));
  }

  /** Whatever the program was doing when it died, it has done all of it or nothing. */
  async #dieWriting(write: Write, afterMs: number): Promise<void> {
    await this.#getReady(write);
    const before = await observeAll(this.#arm);
    const { body, expected } = this.#prepared(write, before);
    const answer = this.#writers[write.writer]
      .write(this.#arm, write, body)
      .catch(() => "cut" as const);
    await delay(afterMs);
    await this.#arm.stop();
    const outcome = await answer;
    this.#arm = await this.start(this.#arm.directory);
    const after = await observeAll(this.#arm);
    const unchanged = JSON.stringify(after.map(timeless)) === JSON.stringify(before.map(timeless));
    if (outcome !== "cut" && outcome.kind === "accepted") expect(unchanged).toBe(false);
    if (!("refusedBecause" in expected))
      this.count(unchanged ? "died before it was written" : "died after it was written");
    if (unchanged) return;
    expect(expected).not.toHaveProperty("refusedBecause");
    const { version } = write;
    this.#tracks[version].accepted(
      expected as ModelVersion,
      before[version],
      outcome === "cut" ? undefined : outcome,
    );
  }

  async #checkAll(): Promise<void> {
    for (const [index, observed] of (await observeAll(this.#arm)).entries()) {
      const track = this.#tracks[index as Write["version"]];
      const operation = await this.#poll(track.operation);
      track.check(observed, operation?.status);
      if (observed !== undefined) checkInvariants(observed);
    }
  }

  async #poll(operation: string | undefined): Promise<{ status: string } | undefined> {
    if (operation === undefined) return undefined;
    const { pathname, search } = new URL(operation); // the port is another one after a restart
    const { status, body } = await this.#arm.call("GET", `${pathname}${search}`);
    expect(status).toBe(200);
    return body as { status: string };
  }
}

const surprise = (facts: unknown): Error =>
  new Error(`the rules explain it otherwise: ${JSON.stringify(facts, null, 1)}`);
