/** The formats that Swagger 2.0 documents of the Resource Manager use. */
export const FORMATS = {
  int32: { type: "number", validate: (value: number) => value >= -(2 ** 31) && value < 2 ** 31 },
  int64: { type: "number", validate: (value: number) => Number.isSafeInteger(value) },
  /** Microsoft's services write up to seven decimals. */
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$/,
} as const;
