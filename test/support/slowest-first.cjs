const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * The files that take longest, longest first. Where no earlier run has left its times, Jest begins with
 * the largest files; a long story told in few lines would begin last, with every other core idle.
 */
const SLOWEST = [
  "long-runs/schedules",
  "long-runs/reconcile",
  "long-runs/numbers",
  "long-runs/stalled",
  "crash-points/taken-back",
  "crash-points/published",
  "crash-points/rolled-back",
  "crash-points/verified",
  "crash-points/waves",
  "matrix/matrix",
  "end-to-end/faults",
  "end-to-end/publish",
  "stand-ins/stack/stack",
  "crash-points/small-runs",
  "replay/publishing/stalled",
  "replay/publishing/failures",
  "end-to-end/many-regions",
  "stand-ins/service-bus/dead-letters-over-http",
  "stand-ins/functions-host/worker",
  "architecture/determinism",
];

module.exports = class SlowestFirst extends Sequencer {
  static SLOWEST = SLOWEST;

  sort(tests) {
    const rank = ({ path }) => {
      const at = SLOWEST.findIndex((name) => path.endsWith(`test/${name}.test.ts`));
      return at === -1 ? SLOWEST.length : at;
    };
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};
