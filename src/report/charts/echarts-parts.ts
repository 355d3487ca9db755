import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
} from "echarts/components";
import { use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

/** Registers what our charts are made of, and nothing else: the page carries all of it. */
export function useEchartsParts(): void {
  use([
    BarChart,
    CustomChart,
    LineChart,
    ScatterChart,
    GridComponent,
    LegendComponent,
    TitleComponent,
    TooltipComponent,
    SVGRenderer,
  ]);
}
