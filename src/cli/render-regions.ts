import { hasEnded, type Publication, type Region, type RegionState } from "./api-types";

/** Colours a text by the state it stands for; the identity where colours aren't wanted. */
export type Paint = (state: RegionState | Publication["state"] | "stalled", text: string) => string;

/** What the live picture is drawn for. */
export interface View {
  /** Milliseconds since the epoch, both. */
  now: number;
  startedAt: number;
  /** Size of the terminal. */
  rows: number;
  columns: number;
  paint: Paint;
}

/** From this width on there is room for long bars and the time of the last change. */
const WIDE_COLUMNS = 100;
const WIDE_BAR = 24;
const NARROW_BAR = 12;

/** Rows of a terminal that aren't regions: title, blank line, the line for those that don't fit. */
const OTHER_ROWS = 4;

/**
 * The live picture: a title and a line per region. Where the terminal has fewer rows than there are
 * regions, those that still move are shown and the rest is counted.
 */
export function renderFrame(publication: Publication, view: View): string[] {
  const regions = publication.regions ?? [];
  const room = Math.max(1, view.rows - OTHER_ROWS);
  const shown = regions.length <= room ? regions : stillMovingFirst(regions).slice(0, room);
  const hidden = regions.filter((region) => !shown.includes(region));
  const width = Math.max(...shown.map((region) => region.name.length), 0);
  return [
    `${imageName(publication)}  ${view.paint(publication.state, publication.state)}  ${seconds(view.now - view.startedAt)}`,
    "",
    ...shown.map((region) => regionLine(region, width, view)),
    ...(hidden.length === 0 ? [] : [`  and ${hidden.length} more: ${countByState(hidden)}`]),
  ];
}

/** What changed between two looks, as lines that make sense one after another in a pipe. */
export function renderChanges(
  before: Publication | undefined,
  after: Publication,
  elapsedMs: number,
): string[] {
  const stamp = `[${seconds(elapsedMs).padStart(7)}]`;
  const known = new Map((before?.regions ?? []).map((region) => [region.name, region]));
  const changed = (after.regions ?? []).filter((region) => {
    const old = known.get(region.name);
    return old === undefined || changeLine(old) !== changeLine(region);
  });
  const regionLines = changed.map((region) => `${stamp}   ${changeLine(region)}`);
  if (before?.state === after.state) return regionLines;
  const stateLine = `${stamp} ${imageName(after)}: ${after.state}`;
  // The end of the whole is said after the ends of its parts, its beginning before them.
  return hasEnded(after) ? [...regionLines, stateLine] : [stateLine, ...regionLines];
}

const changeLine = (region: Region): string =>
  [
    `${region.name}: ${region.state}`,
    `${region.progress} %`,
    `wave ${region.wave}`,
    ...[standsStill(region)].filter(Boolean),
  ].join(", ");

/** "MyGallery/MyImage 1.0.0" */
export function imageName({ image }: Pick<Publication, "image">): string {
  return `${image.gallery}/${image.definition} ${image.version}`;
}

/** "4.2 s", "2 min 5 s" */
export function seconds(ms: number): string {
  const total = Math.max(0, ms) / 1000;
  if (total < 60) return `${total.toFixed(1)} s`;
  return `${Math.floor(total / 60)} min ${Math.floor(total % 60)} s`;
}

function regionLine(region: Region, nameWidth: number, view: View): string {
  const began = shownTime(region.startedAt, view);
  const changed = shownTime(region.lastChangeAt, view);
  const wide = view.columns >= WIDE_COLUMNS;
  const resting = region.state === "completed" || region.state === "failed";
  const until = resting && changed !== undefined ? changed : view.now;
  const still = standsStill(region);
  const state = still === "" || wide ? region.state : "stalled";
  return [
    `  ${region.name.padEnd(nameWidth)}`,
    view.paint(region.state, bar(region.progress, wide ? WIDE_BAR : NARROW_BAR)),
    `${Math.round(region.progress)} %`.padStart(5),
    view.paint(still === "" ? region.state : "stalled", state.padEnd("replicating".length)),
    `wave ${region.wave}`,
    began === undefined ? "" : seconds(until - began).padStart(7),
    changed === undefined || resting || !wide
      ? ""
      : still || `changed ${seconds(view.now - changed)} ago`,
  ]
    .join("  ")
    .trimEnd();
}

/** Empty while it moves. Said by the clock: that is what the log and Azure's own pages are searched by. */
const standsStill = ({ state, stalledSince }: Region): string =>
  stalledSince === undefined || state === "failed"
    ? ""
    : `stands still since ${stalledSince.replace(/\.\d+Z$/, "Z")}`;

/** The app keeps whole seconds: a region would seem to have begun before its request was sent. */
function shownTime(time: string | undefined, view: View): number | undefined {
  return time === undefined ? undefined : Math.max(Date.parse(time), view.startedAt);
}

function bar(percent: number, width: number): string {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

const INTEREST: Record<RegionState, number> = {
  failed: 0,
  replicating: 1,
  prepared: 2,
  pending: 3,
  notStarted: 4,
  completed: 5,
};

function stillMovingFirst(regions: Region[]): Region[] {
  return [...regions].sort((a, b) => INTEREST[a.state] - INTEREST[b.state]);
}

function countByState(regions: Region[]): string {
  const counts = new Map<RegionState, number>();
  for (const { state } of regions) counts.set(state, (counts.get(state) ?? 0) + 1);
  return Array.from(counts, ([state, count]) => `${count} ${state}`).join(", ");
}
