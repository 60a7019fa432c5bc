import {
  compareRoutes,
  matchRoute,
  parseRouteTemplate,
} from "../../../src/local/functions-host/route-template";

const match = (route: string, path: string) => matchRoute(parseRouteTemplate(route), path);

test.each([
  ["api/hello", "/api/hello", {}],
  ["api/hello", "/API/Hello/", {}],
  ["api/{id}", "/api/x%20y", { id: "x y" }],
  ["api/{id}", "/api/a%2Fb", { id: "a%2Fb" }],
  ["api/{id}", "/api/50%", { id: "50%" }],
  ["api/{id?}", "/api", {}],
  ["api/{id?}", "/api/7", { id: "7" }],
  ["api/{id:int}", "/api/-7", { id: "-7" }],
  ["api/{id=5}", "/api", { id: "5" }],
  ["api/{id:int?}", "/api", {}],
  ["api/{id:int:min(3)}", "/api/3", { id: "3" }],
  ["api/{*rest}", "/api/a/b%20c", { rest: "a/b c" }],
  ["api/{*rest}", "/api", {}],
  ["{a}/x/{b:alpha}", "/1/X/z", { a: "1", b: "z" }],
])("the route %s takes %s", (route, path, values) => {
  expect(match(route, path)).toEqual(values);
});

test.each([
  ["api/hello", "/api"],
  ["api/hello", "/api/hello/more"],
  ["api/{id}", "/api"],
  ["api/{id}", "/api/a/b"],
  ["api/{id:int}", "/api/seven"],
  ["api/{id:int}", "/api/2147483648"],
  ["api/{id:guid}", "/api/123"],
  ["api/{id:max(2)}", "/api/3"],
  ["api/{id:length(2)}", "/api/abc"],
])("the route %s does not take %s", (route, path) => {
  expect(match(route, path)).toBeUndefined();
});

test("a literal goes before a constrained parameter, that before a plain one, that before a rest", () => {
  const routes = ["a/{*rest}", "a/{x}", "a/{x:int}", "a/b"].map(parseRouteTemplate);
  expect(routes.sort(compareRoutes).map(({ text }) => text)).toEqual([
    "a/b",
    "a/{x:int}",
    "a/{x}",
    "a/{*rest}",
  ]);
});

test.each([
  ["api/{x:datetime}", /constraint "datetime" is not supported/],
  ["api/{a}-{b}", /segment "\{a\}-\{b\}" is not supported/],
  ["api/{*rest}/more", /\{\*rest\} must be the last segment/],
  ["api/{}", /is not supported/],
])("the route %s is refused by name", (route, message) => {
  expect(() => parseRouteTemplate(route)).toThrow(message);
});
