package dev.vit4j.spark;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What is computed for each image: a column of the result. */
public enum Output {
  /** {@code embedding array<float>}: the input of the model's head, as {@code vit embed}. */
  EMBED("embedding"),

  /**
   * {@code predictions array<struct<index int, label string, probability float>>}: the most
   * probable classes, best first, as {@code vit predict}.
   */
  PREDICT("predictions"),

  /**
   * {@code mask binary}: a PNG in the size of the image whose pixels are class indices, as {@code
   * vit predict --masks}.
   */
  SEGMENT("mask");

  private final String column;

  Output(String column) {
    this.column = column;
  }

  private static StructType prediction() {
    return new StructType()
        .add("index", DataTypes.IntegerType, false)
        .add("label", DataTypes.StringType, false)
        .add("probability", DataTypes.FloatType, false);
  }

  /** Returns the name of the column. */
  public String column() {
    return column;
  }

  /** Returns the type of the column, which is null for images that could not be read. */
  public DataType type() {
    return switch (this) {
      case EMBED -> new ArrayType(DataTypes.FloatType, false);
      case PREDICT -> new ArrayType(prediction(), false);
      case SEGMENT -> DataTypes.BinaryType;
    };
  }
}
