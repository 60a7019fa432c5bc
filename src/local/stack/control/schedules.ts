import { resolve } from "node:path";
import { putSchedules } from "../put-schedules";
import type { Command } from "./command";
import { ControlError, EXIT, mistake } from "./failure";

export const schedules: Command = {
  usage: "schedules FILE",
  about: "gives the app another document of schedules, until the stack is started again",
  async run({ endpoints }, [file, ...more]) {
    if (file === undefined || more.length > 0) throw mistake("schedules: one file is needed");
    if (endpoints?.blobEndpoint === undefined)
      throw new ControlError("there is no storage yet", EXIT.failed);
    await putSchedules(endpoints, resolve(file));
    return { lines: [`The app reads ${file} from its next tick on.`], json: { file } };
  },
};
