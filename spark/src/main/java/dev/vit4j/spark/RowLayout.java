package dev.vit4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of the input and of the result: those of the input without the image, then {@code
 * width}, {@code height}, the output, {@code fingerprint} and {@code error}.
 */
final class RowLayout implements Serializable {
  static final String PATH = "path";
  static final String SHA256 = "sha256";
  static final String FINGERPRINT = "fingerprint";

  /** A column of the input with the reason why there is no image, and of the result. */
  static final String ERROR = "error";

  private static final long serialVersionUID = 1;
  private static final String WIDTH = "width";
  private static final String HEIGHT = "height";
  private static final int ADDED = 5;

  private final StructType result;
  private final int[] kept;
  private final int content;
  private final int path; // -1 if there is none
  private final int error; // -1 if there is none

  /**
   * Derives the columns of the result.
   *
   * @param content name of the column with the encoded images
   * @throws IllegalArgumentException if there is no such column, or one of the result's already
   */
  RowLayout(StructType input, String content, Output output) {
    List<String> names = Arrays.asList(input.fieldNames());
    if (!names.contains(content) || !isOf(input, content, DataTypes.BinaryType)) {
      throw new IllegalArgumentException(
          "the dataset has no column '%s' of type binary with the encoded images; its columns are %s"
              .formatted(content, String.join(", ", names)));
    }
    for (String name : List.of(WIDTH, HEIGHT, output.column(), FINGERPRINT)) {
      if (names.contains(name)) {
        throw new IllegalArgumentException(
            "the dataset has a column '%s' already, which the result needs: drop or rename it"
                .formatted(name));
      }
    }
    this.content = names.indexOf(content);
    this.path = isOf(input, PATH, DataTypes.StringType) ? names.indexOf(PATH) : -1;
    this.error = isOf(input, ERROR, DataTypes.StringType) ? names.indexOf(ERROR) : -1;
    List<StructField> fields = new ArrayList<>();
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (i != this.content && !names.get(i).equals(ERROR)) {
        indices.add(i);
        fields.add(input.fields()[i]);
      }
    }
    this.kept = indices.stream().mapToInt(i -> i).toArray();
    this.result =
        new StructType(fields.toArray(StructField[]::new))
            .add(WIDTH, DataTypes.IntegerType)
            .add(HEIGHT, DataTypes.IntegerType)
            .add(output.column(), output.type())
            .add(FINGERPRINT, DataTypes.StringType, false)
            .add(ERROR, DataTypes.StringType);
  }

  private static boolean isOf(StructType input, String name, DataType type) {
    return Arrays.stream(input.fields())
        .anyMatch(f -> f.name().equals(name) && f.dataType().equals(type));
  }

  /** Returns the columns of the result. */
  StructType result() {
    return result;
  }

  /** Returns the encoded image of an input row; null if there is none. */
  byte @Nullable [] image(Row row) {
    return row.isNullAt(content) ? null : (byte[]) row.get(content);
  }

  /** Returns the name of an input row for messages. */
  String source(Row row) {
    return path < 0 || row.isNullAt(path) ? "image" : row.getString(path);
  }

  /** Returns why an input row has no image. */
  String error(Row row) {
    return error < 0 || row.isNullAt(error)
        ? source(row) + ": the column with the image is null"
        : row.getString(error);
  }

  /** Returns the values of the result's row, of which those of the input are set. */
  @Nullable Object[] values(Row row) {
    @Nullable Object[] values = new Object[kept.length + ADDED];
    for (int i = 0; i < kept.length; i++) {
      values[i] = row.get(kept[i]);
    }
    return values;
  }

  /** Completes the row of an image that could be read. */
  Row answered(@Nullable Object[] values, ImageBytes image, Object value, String fingerprint) {
    return completed(values, image.width(), image.height(), value, fingerprint, null);
  }

  /** Completes the row of an image that could not be read. */
  Row failed(@Nullable Object[] values, String reason, String fingerprint) {
    return completed(values, null, null, null, fingerprint, reason);
  }

  private Row completed(@Nullable Object[] values, @Nullable Object... added) {
    System.arraycopy(added, 0, values, kept.length, ADDED);
    return RowFactory.create(values);
  }
}
