/**
 * A table of figures drawn as bars: each column of numbers is a series, several of them stacked. The table stays
 * on the page, and is all that is read.
 */

import { BarChart, type BarSeriesOption } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from "echarts/components";
import { type ComposeOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

import type { Island } from "./island.ts";

type Picture = ComposeOption<BarSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>;

use([AriaComponent, BarChart, GridComponent, LegendComponent, SVGRenderer, TooltipComponent]);

const chart: Island = (element) => {
  const table = document.getElementById(element.dataset["table"] ?? "");
  if (!(table instanceof HTMLTableElement)) throw new Error("there is nothing to draw");
  const drawn = init(element, null, { renderer: "svg" });
  // Where the legend takes several lines, the bars begin lower.
  const from = (top: number) => ({ option: { grid: { top } } });
  const media = isStacked(table) ? [{ query: { maxWidth: 700 }, ...from(104) }, from(48)] : [from(28)];
  drawn.setOption({ baseOption: picture(table), media });
  const watcher = new ResizeObserver(() => {
    if (element.clientWidth > 0) return drawn.resize();
    // Gone with the page's old content, or only not on paper.
    if (element.isConnected) return;
    watcher.disconnect();
    drawn.dispose();
  });
  watcher.observe(element);
};

export default chart;

function picture(table: HTMLTableElement): Picture {
  const { color, fontFamily } = getComputedStyle(table);
  const sheet = getComputedStyle(document.documentElement);
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const stacked = isStacked(table);
  const axis = { axisLabel: { color, fontSize: 14 }, axisLine: { lineStyle: { color } } };
  return {
    animation: false,
    textStyle: { fontFamily, color },
    // Patterns beside the colours; the page itself says what the picture is of.
    aria: { enabled: true, label: { enabled: false }, decal: { show: stacked } },
    grid: { left: 8, right: 8, bottom: 8 },
    legend: { show: stacked, top: 0, itemGap: 18, selectedMode: false, textStyle: { color, fontSize: 14 } },
    // Drawn too: as HTML it would bring styles that the pages do not allow.
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true },
    xAxis: { type: "category", data: rows.map((row) => words(row.querySelector("th"))), ...axis },
    yAxis: { type: "value", minInterval: 1, ...axis },
    series: series(table).map((head, at): BarSeriesOption => ({
      type: "bar",
      name: [head.dataset["sign"], words(head)].filter(Boolean).join(" "),
      data: rows.map((row) => Number(words(row.querySelectorAll("td.number")[at]))),
      ...(stacked && { stack: "all" }),
      barMaxWidth: 56,
      itemStyle: { color: sheet.getPropertyValue(`--fill-${head.dataset["state"] ?? "bar"}`).trim() },
      label: { show: !stacked, position: "top", color, fontSize: 14 },
      emphasis: { disabled: true },
    })),
  };
}

/** The heads of the columns that are drawn. */
function series(table: HTMLTableElement): HTMLElement[] {
  return [...table.querySelectorAll<HTMLElement>("thead th.number")];
}

function isStacked(table: HTMLTableElement): boolean {
  return series(table).length > 1;
}

function words(cell: Element | null | undefined): string {
  return cell?.textContent?.trim() ?? "";
}
