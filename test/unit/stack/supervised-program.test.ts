import type { ChildProgram, Facts, ProgramEnd } from "../../../src/local/stack/child-program";
import { SupervisedProgram } from "../../../src/local/stack/supervised-program";

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Processes that become ready and end when the test says so. */
function fakeProgram() {
  const children: (ChildProgram & { becomeReady(facts?: Facts): void; end(how: Ending): void })[] =
    [];
  const said: string[] = [];
  const pauses: number[] = [];
  const events = {
    say: (line: string) => void said.push(line),
    replaced: jest.fn(),
    gaveUp: jest.fn(),
  };
  const launch = (): ChildProgram => {
    let wasReady = false;
    const ready = deferred<Facts>();
    const ended = deferred<ProgramEnd>();
    const child = {
      pid: 100 + children.length,
      ready: ready.promise,
      ended: ended.promise,
      becomeReady: (facts: Facts = {}) => {
        wasReady = true;
        ready.resolve(facts);
      },
      end: (how: Ending) =>
        ended.resolve({
          code: how.code ?? null,
          signal: how.signal ?? null,
          reason: how.signal ?? `exit code ${how.code}`,
          livedMs: how.livedMs ?? 10,
          wasReady,
          stderr: how.stderr ?? "",
        }),
      stop: async () => child.end({ signal: "SIGTERM" }),
    };
    children.push(child);
    return child;
  };
  const program = new SupervisedProgram("host", launch, events, async (ms) => pauses.push(ms));
  /** The n-th process once it was started. */
  const child = async (n: number) => {
    for (let turn = 0; turn < 100 && children.length <= n; turn++) await Promise.resolve();
    const found = children[n];
    if (found === undefined) throw new Error(`process ${n} was never started`);
    return found;
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  };
  return { program, events, said, pauses, children, child, settle };
}

interface Ending {
  code?: number;
  signal?: NodeJS.Signals;
  livedMs?: number;
  stderr?: string;
}

test("a program that is asked to end is started again at once, however often", async () => {
  const { program, events, pauses, child, settle } = fakeProgram();
  (await child(0)).becomeReady();
  await program.firstReady();
  for (let time = 0; time < 8; time++) {
    (await child(time)).end({ code: 0 });
    (await child(time + 1)).becomeReady();
    await settle();
  }
  expect(program.pid).toBe(108);
  expect(events.gaveUp).not.toHaveBeenCalled();
  expect(pauses).toEqual([]);
});

test("a program has the pid of its last process until another one is ready", async () => {
  const { program, events, child, settle } = fakeProgram();
  (await child(0)).becomeReady();
  await program.firstReady();
  (await child(0)).end({ signal: "SIGKILL" });
  await child(1);
  await settle();
  expect([program.pid, events.replaced.mock.calls.length]).toEqual([100, 0]);
  (await child(1)).becomeReady();
  await settle();
  expect([program.pid, events.replaced.mock.calls.length]).toEqual([101, 1]);
});

test("a killed program is started again and its new pid is said", async () => {
  const { program, events, said, child, settle } = fakeProgram();
  (await child(0)).becomeReady({ url: "http://a" });
  await program.firstReady();
  expect(program.facts).toEqual({ url: "http://a" });

  (await child(0)).end({ signal: "SIGKILL" });
  (await child(1)).becomeReady({ url: "http://b" });
  await settle();

  expect(said).toEqual(["host: pid 100 ended by SIGKILL, started again as pid 101"]);
  expect(program.pid).toBe(101);
  expect(program.facts).toEqual({ url: "http://b" });
  expect(events.replaced).toHaveBeenCalledTimes(1);
});

test("a program that is killed again and again from outside is never given up", async () => {
  const { program, events, pauses, child, settle } = fakeProgram();
  (await child(0)).becomeReady();
  await program.firstReady();
  for (let n = 0; n < 20; n++) {
    (await child(n)).becomeReady();
    await settle();
    (await child(n)).end({ signal: "SIGKILL" });
  }
  expect((await child(20)).pid).toBe(120);
  expect(events.gaveUp).not.toHaveBeenCalled();
  expect(pauses).toEqual([]);
});

test("five crashes in a row, each soon after the start, end the stack with what was printed", async () => {
  const { program, events, pauses, children, child, settle } = fakeProgram();
  (await child(0)).becomeReady();
  await program.firstReady();
  for (let n = 0; n < 5; n++) {
    (await child(n)).becomeReady();
    await settle();
    (await child(n)).end({ code: 1, stderr: `crash ${n}` });
  }
  await settle();
  expect(children).toHaveLength(5);
  expect(events.gaveUp).toHaveBeenCalledTimes(1);
  expect(events.gaveUp).toHaveBeenCalledWith(
    "host",
    expect.objectContaining({ reason: "exit code 1", stderr: "crash 4" }),
  );
  expect(pauses).toEqual([400, 600, 800]);
});

test("a crash after a long life starts the count anew", async () => {
  const { program, events, child, settle } = fakeProgram();
  (await child(0)).becomeReady();
  await program.firstReady();
  for (let n = 0; n < 9; n++) {
    (await child(n)).becomeReady();
    await settle();
    (await child(n)).end({ code: 1, livedMs: n === 4 ? 60_000 : 10 });
  }
  await child(9);
  expect(events.gaveUp).not.toHaveBeenCalled();
});

test("a mistake of the user at the first start is shown at once and not repeated", async () => {
  const { program, children, child } = fakeProgram();
  (await child(0)).end({ code: 2, stderr: "arm: world.yaml line 3: unknown key\n" });
  await expect(program.firstReady()).rejects.toThrow(/^arm: world.yaml line 3: unknown key$/);
  expect(children).toHaveLength(1);
});

test("a program that crashes at its first start gets five attempts", async () => {
  const { program, children, child } = fakeProgram();
  const ready = program.firstReady();
  const outcome = expect(ready).rejects.toThrow("host ended by exit code 1 and printed nothing");
  for (let n = 0; n < 5; n++) (await child(n)).end({ code: 1 });
  await outcome;
  expect(children).toHaveLength(5);
});

test("a program that is stopped is not started again", async () => {
  const { program, children, said, child, settle } = fakeProgram();
  (await child(0)).becomeReady();
  await program.firstReady();
  await program.stop();
  await settle();
  expect(children).toHaveLength(1);
  expect(said).toEqual([]);
});
