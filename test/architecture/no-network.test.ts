import dgram from "node:dgram";
import http from "node:http";
import net from "node:net";
import "../support/no-network";

// Unit tests run with this guard: were it open, nobody would notice.
test("a unit test can't connect by a socket", () => {
  expect(() => net.connect(1, "127.0.0.1")).toThrow("unit tests don't open sockets");
});

test("a unit test can't call by HTTP", () => {
  expect(() => http.get("http://127.0.0.1:1/")).toThrow("unit tests don't open sockets");
});

test("a unit test can't fetch", async () => {
  await expect(fetch("http://127.0.0.1:1/")).rejects.toThrow();
});

test("a unit test can't listen", () => {
  expect(() => http.createServer().listen(0)).toThrow("unit tests don't listen");
});

test("a unit test can't send datagrams", () => {
  expect(() => dgram.createSocket("udp4").bind(0)).toThrow("unit tests don't open sockets");
});
