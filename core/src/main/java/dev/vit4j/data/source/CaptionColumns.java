package dev.vit4j.data.source;

import org.jspecify.annotations.Nullable;

/**
 * Columns of a table of captions, as open_clip's {@code --csv-img-key}, {@code --csv-caption-key}
 * and {@code --csv-separator}.
 *
 * @param image column with the path of an image; null for the first of the usual names
 * @param caption column with a caption; null for the first of the usual names
 * @param separator character between columns; null for that of the file's extension
 */
public record CaptionColumns(
    @Nullable String image, @Nullable String caption, @Nullable String separator) {
  /** The usual columns. */
  public static final CaptionColumns USUAL = new CaptionColumns(null, null, null);
}
