package dev.vit4j.view;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * A self-contained HTML page with embedded images, without scripts and external resources. All text
 * is escaped.
 */
public final class HtmlPage {
  private static final String STYLE =
      """
      body{max-width:1100px;margin:2em auto;padding:0 1em;font:16px/1.5 system-ui,sans-serif;color:#222b38;background:#fff}
      h1{font-size:1.7em;margin-bottom:.2em}h2{font-size:1.2em;margin:2em 0 .5em;border-bottom:1px solid #c3cad3}
      img{max-width:100%;height:auto}figure{margin:0}
      .scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
      td,th{padding:.2em .9em .2em 0;text-align:right;border-bottom:1px solid #e4e8ed;vertical-align:top}
      th{color:#5f6b7a;font-weight:600}td:first-child,th:first-child{text-align:left}
      table.facts td{text-align:left}table.facts td:first-child{color:#5f6b7a;white-space:nowrap}
      pre{background:#f1f4f7;padding:1em;overflow-x:auto;font-size:.85em}summary{cursor:pointer;color:#2b6cb0}
      p.note{color:#5f6b7a}
      .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:1em}
      .tiles figure{overflow-wrap:anywhere;font-size:.85em}
      .tiles .frame{height:160px;background:#f1f4f7;display:flex;align-items:center;justify-content:center;color:#5f6b7a}
      .tiles img{max-height:160px}.tiles img.small{image-rendering:pixelated}""";

  private static final int TILE = 160; // pixels

  private final StringBuilder html = new StringBuilder();

  /** Creates a page with a title. */
  public HtmlPage(String title) {
    String t = escaped(title);
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(t)
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("\n</style>\n</head>\n<body>\n<h1>")
        .append(t)
        .append("</h1>\n");
  }

  /** Adds a heading. */
  public HtmlPage heading(String text) {
    return line("<h2>" + escaped(text) + "</h2>");
  }

  /** Adds a paragraph. */
  public HtmlPage note(String text) {
    return line("<p class=\"note\">" + escaped(text) + "</p>");
  }

  /** Adds a table of names and values. */
  public HtmlPage facts(List<List<String>> rows) {
    line("<table class=\"facts\">");
    rows.forEach(row -> row("td", row));
    return line("</table>");
  }

  /** Adds a table; the first column is text, the others are numbers. */
  public HtmlPage table(List<String> head, List<List<String>> rows) {
    line("<div class=\"scroll\"><table>");
    row("th", head);
    rows.forEach(row -> row("td", row));
    return line("</table></div>");
  }

  /**
   * Adds an embedded image.
   *
   * @param what alternative text
   */
  public HtmlPage picture(String what, BufferedImage picture) {
    int shown = picture.getWidth() / Canvas.DENSITY;
    return line(
        "<figure><img width=\"%d\" alt=\"%s\" src=\"data:image/png;base64,%s\"></figure>"
            .formatted(
                shown, escaped(what), Base64.getEncoder().encodeToString(encoded(picture, "png"))));
  }

  /**
   * An image in a grid.
   *
   * @param picture the image, at most 160 pixels wide and high; small ones are enlarged. Null if
   *     there is none
   * @param text what is shown instead of a missing image
   * @param caption lines below the image
   */
  public record Tile(@Nullable BufferedImage picture, String text, List<String> caption) {}

  /** Adds a grid of embedded images with captions. */
  public HtmlPage tiles(List<Tile> tiles) {
    line("<div class=\"tiles\">");
    for (Tile tile : tiles) {
      String caption =
          tile.caption().stream().map(HtmlPage::escaped).collect(Collectors.joining("<br>"));
      line(
          "<figure><div class=\"frame\">%s</div><figcaption>%s</figcaption></figure>"
              .formatted(content(tile), caption));
    }
    return line("</div>");
  }

  private static String content(Tile tile) {
    BufferedImage picture = tile.picture();
    if (picture == null) {
      return escaped(tile.text());
    }
    int times = Math.max(1, TILE / Math.max(picture.getWidth(), picture.getHeight()));
    String format = times > 1 ? "png" : "jpeg"; // photographs would be ten times as large in PNG
    return "<img%s width=\"%d\" alt=\"%s\" src=\"data:image/%s;base64,%s\">"
        .formatted(
            times > 1 ? " class=\"small\"" : "",
            times * picture.getWidth(),
            escaped(String.join(" ", tile.caption())),
            format,
            Base64.getEncoder().encodeToString(encoded(picture, format)));
  }

  /** Adds preformatted text that is shown when its title is clicked. */
  public HtmlPage folded(String title, String text) {
    return line(
        "<details><summary>%s</summary><pre>%s</pre></details>"
            .formatted(escaped(title), escaped(text)));
  }

  /** Returns the page. */
  public String toHtml() {
    return html + "</body>\n</html>\n";
  }

  private void row(String tag, List<String> cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append('<').append(tag).append('>').append(escaped(cell));
      html.append("</").append(tag).append('>');
    }
    html.append("</tr>\n");
  }

  private HtmlPage line(String text) {
    html.append(text).append('\n');
    return this;
  }

  private static byte[] encoded(BufferedImage picture, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not thrown in memory
    }
    return bytes.toByteArray();
  }

  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(c < ' ' && c != '\n' && c != '\t' ? 0xFFFD : c);
              }
            });
    return safe.toString();
  }
}
