import { ServiceClock } from "../../../src/local/arm/clock";

describe("the service's clock", () => {
  let wall = 1_000_000;
  beforeEach(() => {
    wall = 1_000_000;
  });

  it("runs at its speed, while dates stay on the calendar", () => {
    const clock = new ServiceClock(() => wall, 90);
    wall += 1000;
    expect(clock.serviceMs()).toBe(90_000);
    expect(clock.date().getTime()).toBe(wall);
  });

  it("goes on from where it is when its speed changes", () => {
    const clock = new ServiceClock(() => wall, 10);
    wall += 1000;
    clock.setSpeed(1);
    wall += 1000;
    expect(clock.serviceMs()).toBe(11_000);
  });

  it("lets time pass at once, on the calendar too", () => {
    const clock = new ServiceClock(() => wall, 10);
    clock.advance(60_000);
    expect(clock.serviceMs()).toBe(60_000);
    expect(clock.date().getTime()).toBe(wall + 60_000);
  });

  it("can't pass the last year that a date has digits for", () => {
    const clock = new ServiceClock(() => wall, 1);
    const years = (count: number): number => count * 365 * 24 * 3_600_000;
    expect(clock.canAdvance(years(1000))).toBe(true);
    expect(clock.canAdvance(years(8100))).toBe(false);
    clock.advance(years(7100));
    expect(clock.canAdvance(years(1000))).toBe(false);
  });

  it("has gone on after a restart at the speed it had", () => {
    const before = new ServiceClock(() => wall, 10);
    before.advance(5000);
    wall += 2000;
    const after = new ServiceClock(() => wall, 1, before.anchor);
    expect(after.serviceMs()).toBe(25_000);
    expect(after.date().getTime()).toBe(wall + 5000);
    wall += 1000;
    expect(after.serviceMs()).toBe(26_000);
  });
});
