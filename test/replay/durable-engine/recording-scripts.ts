import type { LiveRun } from "../../support/durable-live-run";
import type { Json, Recording } from "../../support/durable-recordings";

/** What the driver of a recording did between the calls that it wrote down. */
export type Script = (run: LiveRun, recording: Recording) => Promise<void>;

/** How long, in virtual time, an orchestration is waited for when the recording says nothing. */
const PATIENCE_MS = 60_000;

/** Raised events, suspensions and terminations as the history has them, at their recorded times. */
export const followHistory: Script = async (run, recording) => {
  for (const [instanceId, instance] of Object.entries(recording.instances)) {
    const history = instance.lastPayload?.history ?? [];
    const started = history.find((event) => event.EventType === 0);
    if (instance.child || started?.ParentInstance) continue;
    await run.startRecorded(instanceId);
    await run.settle();
    await repeatHistory(run, instanceId, history);
    await run.runToEnd(instanceId, patience(recording));
  }
};

function patience({ calls }: Recording): number {
  const timedOut = calls.map((call) => call.timedOutAfterMs).find((ms) => typeof ms === "number");
  return timedOut ?? PATIENCE_MS;
}

async function repeatHistory(run: LiveRun, id: string, history: Json[]): Promise<void> {
  const startedAt = Date.parse(String(history.find((event) => event.EventType === 0)?.Timestamp));
  let passed = 0;
  for (const event of history.filter(({ EventType: type }) => type === 15 || type === 3)) {
    const offset = Math.max(passed, Date.parse(String(event.Timestamp)) - startedAt);
    await run.advance(offset - passed);
    passed = offset;
    if (event.EventType === 3) await run.terminate(id);
    else await run.raise(id, String(event.Name), JSON.parse(String(event.Input)));
    await run.settle();
  }
}

const startAll: Script = async (run, recording) => {
  for (const instanceId of Object.keys(recording.instances)) await run.startRecorded(instanceId);
  await run.settle();
};

/** All instances first, then all calls. */
const startThenCall: Script = async (run, recording) => {
  await startAll(run, recording);
  await run.calls();
};

/** Begins with an input that a later generation has replaced. */
const beginWith =
  (input: unknown): Script =>
  async (run, recording) => {
    await run.startRecorded(recording.scenario, input);
    await run.settle();
    await run.runToEnd(recording.scenario, PATIENCE_MS);
  };

const customStatusSizes =
  (lengthKey: "customStatusLength" | "len"): Script =>
  async (run) => {
    for (let note = run.nextNote; note; note = run.nextNote) {
      const id = `size-${String(note.n)}`;
      await run.start(id, "bigStatus", JSON.stringify({ n: note.n }));
      await run.settle();
      const instance = run.host.engine.store.instance(id);
      const status = JSON.parse(instance?.customStatus ?? "null") as string | null;
      run.note({
        n: note.n,
        runtimeStatus: instance?.status,
        [lengthKey]: status?.length ?? null,
        ...(note.output !== undefined && {
          output: JSON.parse(instance?.output ?? "null") as unknown,
        }),
      });
    }
  };

const eventBodies: Script = async (run, recording) => {
  await startAll(run, recording);
  for (const [at, call] of recording.calls.entries()) {
    const { body = null, headers } = call as { body?: string | null; headers?: Json };
    const id = `eventBodies-${at}`;
    const path = `instances/${id}/raiseEvent/go`;
    const answer = await run.http("POST", path, body, (headers ?? {}) as Record<string, string>);
    run.compare(
      `event ${at}`,
      {
        status: answer.status,
        headers: answer.headers,
        body: answer.body === "" ? "" : JSON.parse(answer.body),
      },
      { status: call.status, headers: call.headersOut, body: call.answer },
    );
    await run.settle();
    if (answer.status !== 202) await run.terminate(id);
    run.note();
  }
};

/** Scenarios in which more was done than the history and the calls tell. */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  bigStatus: customStatusSizes("customStatusLength"),
  statusLimit: customStatusSizes("len"),
  canText: beginWith("start"),
  laps: beginWith({ n: 1 }),
  spikeLoop: beginWith({ n: 1 }),
  canEvents: async (run) => {
    await run.startRecorded("canEvents", { n: 0 });
    await run.settle();
    await run.raise("canEvents", "other", { x: 1 });
    await run.settle();
    await run.raise("canEvents", "go", { x: 1 });
    await run.runToEnd("canEvents", PATIENCE_MS);
  },
  canEventsCarry: async (run) => {
    await run.startRecorded("canEventsCarry", { n: 0 });
    await run.settle();
    // Without a turn between them: both are heard in one episode.
    await Promise.all([
      run.raise("canEventsCarry", "go", { x: 1 }),
      run.raise("canEventsCarry", "other", { x: 2 }),
    ]);
    await run.runToEnd("canEventsCarry", PATIENCE_MS);
  },
  clientEvents: async (run, recording) => {
    await startAll(run, recording);
    await run.calls(1);
    run.note();
    await run.calls();
  },
  clientNoInput: (run) => run.calls(),
  dates: async (run, recording) => {
    await followHistory(run, recording);
  },
  endedOps: async (run) => {
    await run.start("endedOps", "greet", null);
    await run.settle();
    await run.calls();
  },
  entities: (run) => run.calls(),
  eventBodies,
  fanAny: async (run) => {
    const startedAt = run.clock.now();
    await run.startRecorded("fanAny");
    await run.runToEnd("fanAny", PATIENCE_MS);
    const seconds = Math.round((run.clock.now() - startedAt) / 1000);
    run.note({ completedAfterMs: `${seconds} s (slow task takes 4 s)` });
  },
  longTimer: startThenCall,
  nonDetStatus: startThenCall,
  openTimer: async (run) => {
    await run.startRecorded("openTimer");
    await run.settle();
    await run.raise("openTimer", "go", { a: 1 });
    await run.settle();
    run.note({ statusAfterReturn: run.status("openTimer") });
    await run.runToEnd("openTimer", PATIENCE_MS);
  },
  pendingConflict: async (run) => {
    await run.startRecorded("pendingConflict");
    await run.calls();
  },
  purge: startThenCall,
  purgeBy: startThenCall,
  restart: async (run) => {
    await run.start("restart", "greet", JSON.stringify({ a: 1 }));
    await run.settle();
    await run.calls(2);
    const copy = run.host.engine.store.instances({}).find(({ id }) => id !== "restart");
    run.note({ newId: copy !== undefined, output: JSON.parse(copy?.output ?? "null") });
    await run.calls(1);
    await run.startRecorded("restart-run");
    await run.settle();
    await run.calls();
    await run.terminate("restart-run");
  },
  resumeNotSuspended: async (run) => {
    await run.startRecorded("resumeNotSuspended");
    await run.settle();
    await run.calls(1);
    run.note({ s: run.status("resumeNotSuspended") });
    await run.raise("resumeNotSuspended", "go", 1);
    await run.settle();
  },
  retryTimeout: async (run, recording) => {
    await followHistory(run, recording);
    await run.calls();
  },
  rewind: startThenCall,
  startErrors: async (run, { calls }) => {
    await run.calls(calls.findIndex((call) => call.status === 409));
    await run.start("startErrors-run", "waits", null);
    await run.settle();
    await run.calls(2);
    await run.terminate("startErrors-run");
    await run.calls();
  },
  statusQueries: startThenCall,
  subUnknown: async (run) => {
    await run.startRecorded("subUnknown");
    await run.advance(8000);
    run.note();
    await run.calls();
  },
  suspend: async (run) => {
    await run.startRecorded("suspend");
    await run.settle();
    await run.calls(3);
    await run.raise("suspend", "go", { while: "suspended" });
    await run.settle();
    run.note({ whileSuspended: run.status("suspend") });
    await run.calls();
  },
  suspendTerminate: startThenCall,
  terminate: startThenCall,
  terminateParent: async (run) => {
    await run.startRecorded("terminateParent");
    await run.settle();
    await run.calls(1);
    run.note({ kid: run.status("terminateParent-kid") });
  },
  version: versions,
  "version.defaultVersion-2.0": versions,
  waitApi: async (run) => {
    await run.calls();
  },
};

async function versions(run: LiveRun): Promise<void> {
  await run.startRecorded("version-none");
  await run.runToEnd("version-none", PATIENCE_MS);
  await run.start("version-q", "version", null, "?version=1.2");
  await run.advance(25_000);
  while (run.nextNote && run.nextNote.request === undefined) run.note();
  await run.calls();
  await run.advance(25_000);
}
