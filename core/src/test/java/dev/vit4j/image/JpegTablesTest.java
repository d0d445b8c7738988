package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JPEG without tables of its own does not get those of the file that was decoded before it. */
class JpegTablesTest {
  private static final int QUANTIZERS = 0xdb;
  private static final int HUFFMAN_CODES = 0xc4;

  private static byte[] jpeg(float quality, long seed) throws IOException {
    BufferedImage image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 48; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    param.setCompressionQuality(quality);
    writer.setOutput(ImageIO.createImageOutputStream(out));
    writer.write(null, new IIOImage(image, null, null), param);
    writer.dispose();
    return out.toByteArray();
  }

  private static byte[] without(int marker, byte[] jpeg) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != 0xda) {
      int end = at + 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
      if ((jpeg[at + 1] & 0xff) != marker) {
        out.write(jpeg, at, end - at);
      }
      at = end;
    }
    out.write(jpeg, at, jpeg.length - at);
    return out.toByteArray();
  }

  /** The pixels, or the refusal. */
  private static String decoded(byte[] bytes) {
    try {
      Image image = Image.decode(bytes, "x.jpg", 1_000_000);
      return Arrays.toString(image.pixels());
    } catch (IOException e) {
      return "refused: " + e.getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {QUANTIZERS, HUFFMAN_CODES})
  void theFileBeforeDoesNotMatter(int marker) throws IOException {
    byte[] bare = without(marker, jpeg(0.7f, 1));
    String first = decoded(bare);
    for (float quality : new float[] {0.1f, 0.95f}) {
      assertThat(decoded(jpeg(quality, 2))).doesNotStartWith("refused");
      assertThat(decoded(bare)).isEqualTo(first);
    }
  }

  @Test
  void aHeaderSaysWhetherThereAreTables() throws IOException {
    byte[] whole = jpeg(0.7f, 1);
    assertThat(JpegHeader.of(whole).hasTables()).isTrue();
    assertThat(JpegHeader.of(without(QUANTIZERS, whole)).hasTables()).isFalse();
    assertThat(JpegHeader.of(without(HUFFMAN_CODES, whole)).hasTables()).isFalse();
  }
}
