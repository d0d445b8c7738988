package dev.vit4j.data.source;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.Shape;
import dev.vit4j.data.Splits;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Cuts {@code mnist-sample} out of MNIST: the first samples of each class, in the official order.
 * How to run it stands in the README.md beside the sample.
 */
final class MnistSampleMaker {
  private MnistSampleMaker() {}

  /**
   * Writes the four files.
   *
   * @param args the folder of MNIST's files, the folder to write to
   */
  public static void main(String[] args) throws IOException {
    Splits mnist = Datasets.open("mnist", Path.of(args[0]));
    Path out = Path.of(args[1]);
    write(mnist.train(), 600, out, "train");
    write(mnist.test(), 100, out, "t10k");
  }

  private static void write(Dataset data, int ofEach, Path out, String prefix) throws IOException {
    int count = ofEach * data.classes().size();
    Shape shape = Objects.requireNonNull(data.shape());
    int plane = shape.height() * shape.width();
    byte[] images = new byte[count * plane];
    byte[] labels = new byte[count];
    int[] taken = new int[data.classes().size()];
    int n = 0;
    for (int i = 0; i < data.size(); i++) {
      int label = Labels.of(data).label(i);
      if (taken[label]++ < ofEach) {
        data.copyInto(i, images, n * plane);
        labels[n++] = (byte) label;
      }
    }
    Files.write(
        out.resolve(prefix + "-images-idx3-ubyte.gz"),
        idx(images, count, shape.height(), shape.width()));
    Files.write(out.resolve(prefix + "-labels-idx1-ubyte.gz"), idx(labels, count));
  }

  static byte[] idx(byte[] elements, int... dims) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new BestGzip(bytes))) {
      out.writeInt(0x0800 | dims.length);
      for (int dim : dims) {
        out.writeInt(dim);
      }
      out.write(elements);
    }
    return bytes.toByteArray();
  }

  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
