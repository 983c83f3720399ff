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

import type { Island } from "./main.ts";

type Picture = ComposeOption<BarSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>;

use([AriaComponent, BarChart, GridComponent, LegendComponent, SVGRenderer, TooltipComponent]);

const chart: Island = (element) => {
  const table = document.getElementById(element.dataset["table"] ?? "");
  if (!(table instanceof HTMLTableElement)) throw new Error("there is nothing to draw");
  const drawn = init(element, null, { renderer: "svg" });
  drawn.setOption(picture(table));
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
  const heads = [...table.querySelectorAll<HTMLElement>("thead th.number")];
  const several = heads.length > 1;
  const axis = { axisLabel: { color, fontSize: 14 }, axisLine: { lineStyle: { color } } };
  return {
    animation: false,
    textStyle: { fontFamily, color },
    // Patterns beside the colours; the page itself says what the picture is of.
    aria: { enabled: true, label: { enabled: false }, decal: { show: several } },
    grid: { left: 8, right: 8, top: several ? 48 : 28, bottom: 8 },
    legend: { show: several, top: 0, selectedMode: false, textStyle: { color, fontSize: 14 } },
    // Drawn too: as HTML it would bring styles that the policy of the pages does not allow.
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true },
    xAxis: { type: "category", data: rows.map((row) => words(row.querySelector("th"))), ...axis },
    yAxis: { type: "value", minInterval: 1, ...axis },
    series: heads.map((head, at): BarSeriesOption => ({
      type: "bar",
      name: [head.dataset["sign"], words(head)].filter(Boolean).join(" "),
      data: rows.map((row) => Number(words(row.querySelectorAll("td.number")[at]))),
      ...(several && { stack: "all" }),
      barMaxWidth: 56,
      itemStyle: { color: sheet.getPropertyValue(`--fill-${head.dataset["state"] ?? "bar"}`).trim() },
      label: { show: !several, position: "top", color, fontSize: 14 },
      emphasis: { disabled: true },
    })),
  };
}

function words(cell: Element | null | undefined): string {
  return cell?.textContent?.trim() ?? "";
}
