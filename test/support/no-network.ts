import dgram from "node:dgram";
import net from "node:net";

// A unit test that needs a socket is in the wrong tier: fail it where it happens. Core modules are
// shared by all files of a jest process, so the real methods are put back afterwards.
/* eslint-disable @typescript-eslint/unbound-method -- put back on the same prototypes */
const { connect } = net.Socket.prototype;
const { listen } = net.Server.prototype;
const { bind, send } = dgram.Socket.prototype;
/* eslint-enable @typescript-eslint/unbound-method */

function refuseToOpen(): never {
  throw new Error("unit tests don't open sockets; move this test to stand-ins or end-to-end");
}

function refuseToListen(): never {
  throw new Error("unit tests don't listen; move this test to stand-ins or end-to-end");
}

beforeAll(() => {
  net.Socket.prototype.connect = refuseToOpen;
  net.Server.prototype.listen = refuseToListen;
  dgram.Socket.prototype.bind = refuseToOpen;
  dgram.Socket.prototype.send = refuseToOpen;
});

afterAll(() => {
  net.Socket.prototype.connect = connect;
  net.Server.prototype.listen = listen;
  dgram.Socket.prototype.bind = bind;
  dgram.Socket.prototype.send = send;
});
