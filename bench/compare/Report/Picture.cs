using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace DLedger.Compare;

/// <summary>Lines over two axes, as PNG and SVG.</summary>
/// <param name="title">Above it.</param>
/// <param name="xTitle">What goes right.</param>
/// <param name="yTitle">What goes up.</param>
/// <param name="linear">Axes from zero in place of logarithmic ones.</param>
internal sealed class Picture(string title, string xTitle, string yTitle, bool linear = false)
{
    private const int WidthPixels = 900;
    private const int HeightPixels = 560;

    public void Save(string folder, string name, IReadOnlyList<PlotLine> lines)
    {
        using var plot = new Plot();
        foreach (var line in lines)
        {
            // The library has no logarithmic axis: it draws logarithms and names them by what they stand for.
            var drawn = plot.Add.Scatter(line.Points.Select(point => At(point.X)).ToArray(), line.Points.Select(point => At(point.Y)).ToArray());
            drawn.LegendText = line.Name;
            drawn.LineWidth = 2;
            drawn.MarkerSize = 7;
        }

        plot.Title(title);
        plot.XLabel(xTitle);
        plot.YLabel(yTitle);
        if (linear)
        {
            plot.Axes.AutoScale();
            plot.Axes.SetLimits(left: 0, bottom: 0);
        }
        else
        {
            plot.Axes.Bottom.TickGenerator = Ticks();
            plot.Axes.Left.TickGenerator = Ticks();
        }

        plot.Grid.MinorLineColor = Colors.Black.WithAlpha(0.06);
        plot.Grid.MinorLineWidth = 1;
        plot.ShowLegend(Edge.Right);
        plot.SavePng(Path.Combine(folder, name + ".png"), WidthPixels, HeightPixels);
        plot.SaveSvg(Path.Combine(folder, name + ".svg"), WidthPixels, HeightPixels);
    }

    private double At(double value) => linear ? value : Math.Log10(value);

    private static NumericAutomatic Ticks() => new()
    {
        IntegerTicksOnly = true,
        LabelFormatter = power => Math.Pow(10, power).ToString("#,0.###", CultureInfo.InvariantCulture).Replace(',', ' '),
        MinorTickGenerator = new LogMinorTickGenerator(),
    };
}
