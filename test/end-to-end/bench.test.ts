import { spawnSync } from "node:child_process";

function bench(...args: string[]) {
  return spawnSync(process.execPath, ["dist/bench/main.js", ...args], { encoding: "utf8" });
}

test("npm run bench prints the machine, and a table of what it has measured", () => {
  const { status, stdout, stderr } = bench("chain", "--quick");
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: "chain: 100 activities, run 1 of 1\nchain: 300 activities, run 1 of 1\n",
  });
  expect(stdout).toContain(`- Node ${process.version}, commit `);
  // One call, one episode, and the first.
  expect(stdout).toMatch(/^\| 100 activities \| +1 \| +[\d.,]+ \| +[\d.,]+ \| +101 \|/m);
  expect(stdout).toMatch(/^\| 300 activities \| +1 \| +[\d.,]+ \| +[\d.,]+ \| +301 \|/m);
}, 60_000);

test("npm run bench with a name that isn't there says which there are", () => {
  const { status, stdout, stderr } = bench("speed");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("there is no speed; there are publish, fan-out, chain, history, start");
});
