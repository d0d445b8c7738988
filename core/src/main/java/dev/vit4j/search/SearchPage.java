package dev.vit4j.search;

import dev.vit4j.view.HtmlPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A self-contained HTML page with the images that were found, as embedded thumbnails, their names
 * and scores. An image that cannot be read has a placeholder.
 */
public final class SearchPage {
  /** Largest number of images on a page. */
  public static final int MAX_PICTURES = 1000;

  private static final int SIDE = 160; // pixels

  private final HtmlPage page;
  private final SourceImages images;
  private final Consumer<String> notes;
  private int shown;

  /**
   * Creates an empty page.
   *
   * @param folders where images with relative names may be: {@link Searchable#folders}
   * @param notes receives a line for each image that cannot be read
   */
  public SearchPage(String title, Set<Path> folders, Consumer<String> notes) {
    this.page = new HtmlPage(title);
    this.images = new SourceImages(folders);
    this.notes = notes;
  }

  /** Adds a paragraph. */
  public SearchPage note(String text) {
    page.note(text);
    return this;
  }

  /** Adds the image of a query. */
  public SearchPage query(String source) {
    page.tiles(List.of(tile(source, source)));
    return this;
  }

  /**
   * Adds images with their scores.
   *
   * @throws IllegalArgumentException if the page would have more than {@link #MAX_PICTURES}
   */
  public SearchPage matches(String heading, List<Match> matches) {
    shown += matches.size();
    requireRoom(shown);
    page.heading(heading);
    List<HtmlPage.Tile> tiles = new ArrayList<>();
    for (Match match : matches) {
      tiles.add(
          tile(match.source(), String.format(Locale.ROOT, "%.4f", match.score()), match.source()));
    }
    page.tiles(tiles);
    return this;
  }

  /**
   * Checks a number of images.
   *
   * @throws IllegalArgumentException if they are too many for a page
   */
  public static void requireRoom(long pictures) {
    if (pictures > MAX_PICTURES) {
      throw new IllegalArgumentException(
          "a page shows at most %,d images, not %,d: ask for fewer"
              .formatted(MAX_PICTURES, pictures));
    }
  }

  /** Returns the page. */
  public String toHtml() {
    return page.toHtml();
  }

  private HtmlPage.Tile tile(String source, String... caption) {
    return new HtmlPage.Tile(thumbnail(source), "no image", List.of(caption));
  }

  private @Nullable BufferedImage thumbnail(String source) {
    try {
      return images.thumbnail(source, SIDE).toBufferedImage();
    } catch (IOException | IllegalArgumentException e) {
      notes.accept(String.valueOf(e.getMessage()));
      return null;
    }
  }
}
