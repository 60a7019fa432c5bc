import net from "node:net";

// A unit test that needs a socket is in the wrong tier: fail it where it happens.
net.Socket.prototype.connect = function refuse(): never {
  throw new Error("unit tests don't open sockets; move this test to stand-ins or end-to-end");
};
net.Server.prototype.listen = function refuse(): never {
  throw new Error("unit tests don't listen; move this test to stand-ins or end-to-end");
};
