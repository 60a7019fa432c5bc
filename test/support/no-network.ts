import net from "node:net";

// A unit test that needs a socket is in the wrong tier: fail it where it happens. Core modules are
// shared by all files of a jest process, so the real methods are put back afterwards.
// eslint-disable-next-line @typescript-eslint/unbound-method -- put back on the same prototype
const { connect } = net.Socket.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- put back on the same prototype
const { listen } = net.Server.prototype;

beforeAll(() => {
  net.Socket.prototype.connect = function refuse(): never {
    throw new Error("unit tests don't open sockets; move this test to stand-ins or end-to-end");
  };
  net.Server.prototype.listen = function refuse(): never {
    throw new Error("unit tests don't listen; move this test to stand-ins or end-to-end");
  };
});

afterAll(() => {
  net.Socket.prototype.connect = connect;
  net.Server.prototype.listen = listen;
});
