import {
  toNullableStrings,
  toTypedData,
  typedDataToJson,
  typedDataToValue,
} from "../../../src/local/functions-host/typed-data";

test.each([
  [undefined, {}],
  [null, {}],
  ["text", { string: "text" }],
  [7, { int: 7 }],
  [0.5, { double: 0.5 }],
  [2 ** 60, { double: 2 ** 60 }],
  [true, { json: "true" }],
  [{ a: [1] }, { json: '{"a":[1]}' }],
  [Buffer.from("x"), { bytes: Buffer.from("x") }],
])("the value %p travels as %p", (value, data) => {
  expect(toTypedData(value)).toEqual(data);
});

test.each([
  [{ string: '{"a":1}' }, '"{\\"a\\":1}"'],
  [{ string: "" }, '""'],
  [{ json: '{"a":1}' }, '{"a":1}'],
  [{ int: 0 }, "0"],
  [{ double: 0.5 }, "0.5"],
  [{ bytes: Buffer.from("hi") }, '"aGk="'],
  [{}, undefined],
  [null, undefined],
])("a function's result %p is the JSON %p", (data, json) => {
  expect(typedDataToJson(data)).toBe(json);
});

test("a result can be read as the value that the function returned", () => {
  expect(typedDataToValue({ json: '{"a":[1,null]}' })).toEqual({ a: [1, null] });
  expect(typedDataToValue({ string: "[1]" })).toBe("[1]");
  expect(typedDataToValue(undefined)).toBeUndefined();
});

test("texts are wrapped as a dictionary of nullable values", () => {
  expect(toNullableStrings([["a", "1"]])).toEqual({ a: { value: "1" } });
});
