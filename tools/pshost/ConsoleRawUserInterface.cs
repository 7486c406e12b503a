using System.Management.Automation.Host;

namespace PsHost;

/// <summary>What PowerShell's formatting asks for is the width; nothing here moves a cursor.</summary>
internal sealed class ConsoleRawUserInterface : PSHostRawUserInterface
{
    private const string NoScreen = "pshost prints lines and doesn't draw on the screen.";

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override Size BufferSize { get; set; } = new(Width(), 60);

    public override Coordinates CursorPosition { get; set; }

    public override int CursorSize { get; set; } = 25;

    public override bool KeyAvailable => false;

    public override Size MaxPhysicalWindowSize => BufferSize;

    public override Size MaxWindowSize => BufferSize;

    public override Coordinates WindowPosition { get; set; }

    public override Size WindowSize
    {
        get => BufferSize;
        set => BufferSize = value;
    }

    public override string WindowTitle { get; set; } = "pshost";

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException(NoScreen);

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException(NoScreen);

    public override void ScrollBufferContents(
        Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw new NotSupportedException(NoScreen);

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) =>
        throw new NotSupportedException(NoScreen);

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw new NotSupportedException(NoScreen);

    // A terminal that does not say how wide it is counts as 120 columns.
    private static int Width() => Console.IsOutputRedirected || Console.WindowWidth <= 0 ? 120 : Console.WindowWidth;
}
