import { parsedJson } from "../../../src/local/arm/json";

const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

describe("JSON from outside", () => {
  it("is read down to a hundred levels, and no deeper", () => {
    expect(JSON.stringify(parsedJson(nested(100)))).toBe(nested(100));
    expect(() => parsedJson(nested(101))).toThrow(SyntaxError);
    expect(() => parsedJson('{"a":'.repeat(101))).toThrow("MaxDepth of 100");
  });

  it("may have any brackets in its texts, and any number side by side", () => {
    const value = { ["[".repeat(500)]: `\\"${"{".repeat(500)}`, list: Array(500).fill([]) };
    expect(parsedJson(JSON.stringify(value))).toEqual(value);
  });
});
