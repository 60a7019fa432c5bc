import { once } from "node:events";
import { createServer } from "node:net";
import { findFreePorts } from "../../../src/local/stack/free-ports";

test("stacks that start at the same time never get a port twice, though none of them listens yet", async () => {
  const found = await Promise.all(Array.from({ length: 100 }, () => findFreePorts(9)));
  const ports = found.flat();
  expect(ports).toHaveLength(900);
  expect(new Set(ports).size).toBe(900);
  expect(Math.min(...ports)).toBeGreaterThan(12_000);
  expect(Math.max(...ports)).toBeLessThan(32_000);
});

test("a program can listen on a port that was found for it", async () => {
  const [port] = await findFreePorts(1);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();
});

test("more ports than a block has is a mistake of the caller", async () => {
  await expect(findFreePorts(16)).rejects.toThrow("at most 15 ports at a time");
});
