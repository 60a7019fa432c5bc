import { armControl } from "./arm-control";
import type { Command, FoundStack } from "./command";
import { mistake } from "./failure";

interface ClockView {
  speed: number;
  serviceSeconds: number;
  date: string;
}

export const clock: Command = {
  usage: "clock [speed N | advance SECONDS]",
  about: "Azure's time: how fast it goes; lets some of it pass at once",
  async run(stack, args) {
    const view = await change(stack, args);
    return {
      lines: [
        `${view.speed} seconds of Azure per second; ${Math.round(view.serviceSeconds)} have passed; its date is ${view.date}`,
      ],
      json: view,
    };
  },
};

function change(stack: FoundStack, [action, text, ...more]: string[]): Promise<ClockView> {
  if (action === undefined) return armControl(stack, "GET", "/clock");
  const value = Number(text);
  if (text === undefined || !Number.isFinite(value) || more.length > 0)
    throw mistake(`clock ${action}: one number is needed`);
  switch (action) {
    case "speed":
      return armControl(stack, "PUT", "/clock", { speed: value });
    case "advance":
      return armControl(stack, "POST", "/clock/advance", { seconds: value });
    default:
      throw mistake(`clock ${action}: there are speed and advance`);
  }
}
