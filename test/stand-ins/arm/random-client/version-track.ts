import { isBusy, type Observed } from "./observed";
import type { ModelVersion } from "./version-model";
import type { Outcome } from "./writer";

/** Any operation on these versions is over after so many seconds of the service. */
export const OPERATION_SECONDS = 1500;

/** What a version must be, without asking the service. */
export class VersionTrack {
  version: ModelVersion | undefined;
  deleting = false;
  /** Where the last accepted call is polled; unknown where its answer was. */
  operation: string | undefined;
  /** Seconds of the service since the last accepted call. */
  age = 0;
  /** Regions that can't become complete before another write. */
  #failing: string[] = [];
  /** Regions whose next copy fails. */
  readonly #faults = new Set<string>();

  /** @returns false when the region's next copy fails already */
  expectFailure(region: string): boolean {
    return !this.#faults.has(region) && this.#faults.add(region).has(region);
  }

  /** New and failed regions are copied, and meet the faults that wait for them. */
  accepted(
    version: ModelVersion,
    before: Observed | undefined,
    outcome: Outcome | undefined,
  ): void {
    const stay = (before?.regions ?? []).filter(({ state }) => state !== "Failed");
    const begun = Object.keys(version.regions).filter(
      (name) => !stay.some(({ region }) => region === name),
    );
    this.#failing = begun.filter((region) => this.#faults.delete(region));
    this.version = version;
    this.deleting = false;
    this.#called(outcome);
  }

  /** A delete of what is being deleted joins the first; of what isn't there it is nothing. */
  deleteAccepted(outcome: Outcome): void {
    if (this.version === undefined || this.deleting) return;
    this.deleting = true;
    this.#called(outcome);
  }

  #called(outcome: Outcome | undefined): void {
    this.operation = outcome?.kind === "accepted" ? outcome.operation : undefined;
    this.age = 0;
  }

  /** The service must hold what was written, and its operation must agree with its state. */
  check(observed: Observed | undefined, operationStatus: string | undefined): void {
    const busy =
      operationStatus === undefined ? isBusy(observed) : operationStatus === "InProgress";
    if (this.age >= OPERATION_SECONDS) expect(busy).toBe(false);
    if (this.age === 0 && this.version !== undefined) expect(busy).toBe(true); // nothing is done at once
    if (this.deleting && !busy) this.#gone();
    expect(observed?.version).toEqual(this.version);
    if (observed === undefined) return;
    const state = observed.provisioningState;
    expect({ operationStatus, state, busy: isBusy(observed) }).toMatchObject({ busy });
    expect({ state, deleting: state === "Deleting" }).toMatchObject({ deleting: this.deleting });
    if (!busy) this.#checkFailures(observed, operationStatus);
  }

  #gone(): void {
    this.version = undefined;
    this.deleting = false;
    this.operation = undefined;
  }

  #checkFailures({ regions }: Observed, operationStatus: string | undefined): void {
    const failed = regions.filter(({ state }) => state === "Failed").map(({ region }) => region);
    expect(failed.sort()).toEqual([...this.#failing].sort());
    const expected = failed.length > 0 ? "Failed" : "Succeeded";
    expect(operationStatus ?? expected).toBe(expected);
  }
}
