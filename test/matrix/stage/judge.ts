import type { Cell } from "../model";
import { refuseAtTheDoor } from "./door";
import { checkInvariants } from "./invariants";
import { observe } from "./observe";
import { reconcileFlags } from "./reconcile";
import { Stage } from "./stage";

/** Plays a cell and compares its end, in the ledger and in Azure, with what is expected. */
export async function judge(cell: Cell): Promise<void> {
  const stage = await Stage.set(cell);
  try {
    const { state } = cell.atTheDoor ? await refuseAtTheDoor(stage) : await stage.perform();
    await stage.settle();
    expect(await observe(stage, state, cell.end.leftOver)).toEqual(cell.end);
    await checkInvariants(stage, cell);
    if (cell.atTheDoor === true) return;
    expect((await stage.row())?.state).toBe(state);
    if (cell.end.flagOpen !== true) return;
    await reconcileFlags(stage);
    const { flagOpen: _closed, ...end } = cell.end;
    expect(await observe(stage, state, end.leftOver)).toEqual({ ...end, puts: end.puts + 1 });
  } finally {
    await stage.close();
  }
}
