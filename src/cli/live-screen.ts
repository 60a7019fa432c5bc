import { styleText } from "node:util";
import { createLogUpdate } from "log-update";
import type { Publication } from "./api-types";
import { renderChanges, renderFrame, type Paint } from "./render-regions";

/** Where the demo shows what happens. */
export interface Screen {
  /** The request is sent: elapsed time counts from now. */
  begin(): void;
  /** A line that stays. */
  note(line: string): void;
  /** The publication as it is now. */
  show(publication: Publication): void;
  /** Leaves the last picture standing; what is printed now comes below it. May be called again. */
  finish(): void;
}

/** Between two looks the picture is redrawn, so that the elapsed time moves. */
const REDRAW_EVERY_MS = 100;

/** Bars that are redrawn, for a terminal. */
export function createLiveScreen(stream: NodeJS.WriteStream): Screen {
  let startedAt = Date.now();
  const update = createLogUpdate(stream);
  let publication: Publication | undefined;
  let finished = false;
  const draw = (): void => {
    if (publication === undefined) return;
    const { rows, columns } = stream;
    const view = { now: Date.now(), startedAt, rows, columns, paint: paintFor(stream) };
    update(renderFrame(publication, view).join("\n"));
  };
  const timer = setInterval(draw, REDRAW_EVERY_MS);
  timer.unref();
  return {
    begin: () => void (startedAt = Date.now()),
    note(line) {
      update.persist(line);
      if (!finished) draw();
    },
    show(seen) {
      publication = seen;
      draw();
    },
    finish() {
      if (finished) return;
      finished = true;
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

/** A line for each change, for a pipe or a file. */
export function createPlainScreen(write: (text: string) => void): Screen {
  let startedAt = Date.now();
  let before: Publication | undefined;
  return {
    begin: () => void (startedAt = Date.now()),
    note: (line) => write(`${line}\n`),
    show(publication) {
      for (const line of renderChanges(before, publication, Date.now() - startedAt))
        write(`${line}\n`);
      before = publication;
    },
    finish: () => undefined,
  };
}

/** Shows nothing: standard output belongs to the JSON document. */
export function createSilentScreen(): Screen {
  const nothing = (): void => undefined;
  return { begin: nothing, note: nothing, show: nothing, finish: nothing };
}

/** Colours by state, none where the stream or NO_COLOR doesn't want them. */
function paintFor(stream: NodeJS.WriteStream): Paint {
  return (state, text) => {
    if (state === "completed" || state === "published") return styleText("green", text, { stream });
    if (state === "failed" || state === "rejected" || state === "partlyPublished")
      return styleText("red", text, { stream });
    if (state === "stalled") return styleText("yellow", text, { stream });
    return state === "replicating" ? styleText("cyan", text, { stream }) : text;
  };
}
