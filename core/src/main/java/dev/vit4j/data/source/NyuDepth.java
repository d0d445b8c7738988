package dev.vit4j.data.source;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Depths;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Splits;
import dev.vit4j.data.Subset;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Hdf5File;
import dev.vit4j.format.MatFile;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The labeled part of NYU Depth V2 (Silberman et al. 2012): photos of rooms with a depth in meters
 * for every pixel, one MATLAB file of version 7.3 that is read image by image.
 *
 * <pre>
 * nyu_depth_v2_labeled.mat   HDF5: images u8 [N, 3, width, height], depths f32 [N, width, height]
 * splits.mat                 MATLAB 5: trainNdxs and testNdxs, numbers from 1; optional
 * </pre>
 *
 * <p>Its labels of objects are not read.
 */
final class NyuDepth implements Dataset, Depths {
  static final String NAME = "nyu-depth-v2";
  static final String FILE = "nyu_depth_v2_labeled.mat";

  private static final String SPLITS = "splits.mat";

  private final Path file;
  private final Hdf5File.Items images;
  private final Hdf5File.Items depths;
  private final int size;
  private final int width;
  private final int height;

  private NyuDepth(Path file) throws FormatException {
    this.file = file;
    Hdf5File hdf = Hdf5File.open(file);
    this.images = hdf.items("images", int.class, 4);
    this.depths = hdf.items("depths", float.class, 3);
    int[] shape = images.shape();
    this.size = shape[0];
    this.width = shape[2];
    this.height = shape[3];
    boolean isImages = size > 0 && width > 0 && height > 0 && shape[1] == 3;
    if (!isImages || (long) width * height > Image.maxPixels()) {
      throw new FormatException(
          file.toString(),
          -1,
          "array 'images' has the shape %s: expected [N, 3, width, height]"
              .formatted(Arrays.toString(shape)));
    }
    if (!Arrays.equals(depths.shape(), new int[] {size, width, height})) {
      throw new FormatException(
          file.toString(),
          -1,
          "array 'depths' has the shape %s, but 'images' %s"
              .formatted(Arrays.toString(depths.shape()), Arrays.toString(shape)));
    }
  }

  /** Returns the file at a path, which is it or a folder that contains it; null if it is not. */
  static @Nullable Path in(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(FILE) : path;
    return Files.isRegularFile(file) && file.getFileName().toString().equals(FILE) ? file : null;
  }

  /**
   * Opens the file without reading images.
   *
   * @throws FormatException if the file or an array in it is missing or has another layout, or the
   *     splits name other images
   * @throws IllegalArgumentException if no folder is given
   */
  static Splits open(DataSpec spec, Consumer<String> notes) throws IOException {
    Path dir = spec.dir();
    if (dir == null) {
      throw new IllegalArgumentException(
          "data '%s' needs data_dir (--data): the folder of %s".formatted(NAME, FILE));
    }
    Path file = Files.isDirectory(dir) ? dir.resolve(FILE) : dir;
    if (!Files.exists(file)) {
      throw new FormatException(file.toString(), -1, "does not exist");
    }
    NyuDepth all = new NyuDepth(file);
    Path splits = file.resolveSibling(SPLITS);
    if (Files.exists(splits)) {
      return new Splits(
          all.part("train", splits, "trainNdxs"), null, all.part("test", splits, "testNdxs"));
    }
    return Splits.heldOut(
        all,
        null,
        spec.testSplit(),
        spec.seed(),
        "the published split, %s, does not exist".formatted(splits));
  }

  private Subset part(String part, Path splits, String variable) throws IOException {
    int[] numbers =
        MatFile.read(Files.readAllBytes(splits), splits.toString(), variable, size).values();
    for (int number : numbers) {
      if (number < 1 || number > size) {
        throw new FormatException(
            splits.toString(),
            -1,
            "variable '%s' has the number %d, but %s has the images 1 to %d"
                .formatted(variable, number, file.getFileName(), size));
      }
    }
    return new Subset(NAME + " " + part, this, Arrays.stream(numbers).map(n -> n - 1).toArray());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public NyuDepth targets() {
    return this;
  }

  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public Shape shape() {
    return new Shape(3, height, width);
  }

  /** MATLAB's order: the file has [3, width, height]. */
  @Override
  public Image image(int index) throws IOException {
    int[] planes = images.integers(index);
    byte[] pixels = new byte[planes.length];
    for (int c = 0, i = 0; c < 3; c++) {
      for (int x = 0; x < width; x++) {
        for (int y = 0; y < height; y++) {
          pixels[(y * width + x) * 3 + c] = (byte) planes[i++];
        }
      }
    }
    return new Image(width, height, 3, pixels);
  }

  @Override
  public Image depths(int index) throws IOException {
    float[] columns = depths.floats(index);
    float[] rows = new float[columns.length];
    for (int x = 0, i = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        rows[y * width + x] = columns[i++];
      }
    }
    return PixelValues.ofNumbers(rows, width, height);
  }

  @Override
  public void check(int index) throws IOException {
    image(index);
    depths(index);
  }

  /** Returns the file and the number of the image in it, from 1 as in the published splits. */
  @Override
  public String source(int index) {
    return "%s!%04d".formatted(file, index + 1);
  }

  @Override
  public String root() {
    return file.toString();
  }
}
