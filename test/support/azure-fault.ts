import type { Fault } from "../../src/domain/fault";

/** Trouble under one of Azure's codes: `fault` of the product takes the pipeline's own only. */
export const azureFault = (
  code: string,
  advice: Fault["advice"],
  message: string,
  action: string,
): Fault => ({ code, advice, message, action });
