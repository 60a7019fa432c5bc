import { spreadOf } from "../../../bench/statistics";
import { table } from "../../../bench/table";

test.each([
  [[3, 1, 2], { median: 2, min: 1, max: 3 }],
  [[4, 1, 2, 100], { median: 3, min: 1, max: 100 }],
  [[7], { median: 7, min: 7, max: 7 }],
])("the spread of %j has its median, least and greatest", (values, spread) => {
  expect(spreadOf(values)).toEqual(spread);
});

test("a table has the median of each column, and in brackets where the runs differed", () => {
  expect(
    table([
      {
        name: "200 activities",
        runs: [
          { seconds: 0.1234, episodes: 5 },
          { seconds: 0.2, episodes: 5 },
        ],
      },
      { name: "10,000", runs: [{ seconds: 12_345.6, episodes: 22, "peak MB": 99.94 }] },
    ]),
  ).toEqual([
    "|                | runs |           seconds | episodes | peak MB |",
    "| -------------- | ---: | ----------------: | -------: | ------: |",
    "| 200 activities |    2 | 0.162 (0.123–0.2) |        5 |       – |",
    "| 10,000         |    1 |            12,346 |       22 |    99.9 |",
  ]);
});
