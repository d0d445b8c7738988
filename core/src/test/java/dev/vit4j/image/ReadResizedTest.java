package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Photos that shrink while they are decoded have the pixels of those that shrink afterwards. */
class ReadResizedTest {
  @TempDir Path dir;

  /** Soft colours with some noise, as JPEG with halved chroma. */
  private Path photo(int height, int width, boolean progressive) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = (int) (127 + 120 * Math.sin(x / 37.0)) + random.nextInt(8);
        int green = (int) (127 + 120 * Math.cos(y / 51.0)) + random.nextInt(8);
        image.setRGB(x, y, red << 16 | green << 8 | (x * y / 999 & 0xff));
      }
    }
    Path file = dir.resolve(height + "x" + width + progressive + ".jpg");
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return file;
  }

  private static boolean shrinks(Path file, Resizing resizing) throws IOException {
    JpegHeader header = JpegHeader.of(Files.readAllBytes(file));
    return JpegDecoder.isShrinkable(header, resizing.of(header.height(), header.width()));
  }

  private static void requireSame(Path file, Resizing resizing) throws IOException {
    Image expected = resizing.apply(Image.read(file));
    Image found = Image.readResized(file, resizing, null);
    assertThat(found.toString()).isEqualTo(expected.toString());
    assertThat(Arrays.equals(found.pixels(), expected.pixels())).isTrue();
    for (int side : new int[] {1, 61, 224, 300}) {
      CenterCrop crop = new CenterCrop(side, side + 3);
      Image cropped = Image.readResized(file, resizing, crop);
      assertThat(cropped.toString()).isEqualTo(crop.apply(expected).toString());
      assertThat(Arrays.equals(cropped.pixels(), crop.apply(expected).pixels())).isTrue();
    }
  }

  @Test
  void largePhotosHaveTheSamePixels() throws IOException {
    for (boolean progressive : new boolean[] {false, true}) {
      Path file = photo(1000, 1403, progressive);
      for (Interpolation filter : Interpolation.values()) {
        Resizing resizing = new ResizeShortest(249, filter);
        assertThat(shrinks(file, resizing))
            .isEqualTo(!progressive && filter != Interpolation.NEAREST);
        requireSame(file, resizing);
      }
      requireSame(file, new Resize(64, 300, Interpolation.BICUBIC));
      requireSame(file, new Resize(999, 1402, Interpolation.BILINEAR));
      requireSame(file, new ResizeKeepRatio(224, 224, Interpolation.BICUBIC, 1));
    }
  }

  @Test
  void othersAreDecodedFirst() throws IOException {
    Path large = photo(1003, 1000, false);
    for (Resizing resizing :
        new Resizing[] {
          new Resize(200, 2000, Interpolation.BICUBIC), // wider
          new Resize(100, 1000, Interpolation.BICUBIC), // as wide
          new Resize(100, 900, Interpolation.BICUBIC), // much lower: Pillow begins with columns
        }) {
      assertThat(shrinks(large, resizing)).isFalse();
      requireSame(large, resizing);
    }
    Resizing small = new ResizeShortest(64, Interpolation.BICUBIC);
    for (String name :
        new String[] {"baseline_420", "exif_6", "gray", "cmyk", "rgb_adobe", "progressive_444"}) {
      Path file = Fixtures.path("decode/" + name + ".jpg");
      assertThat(shrinks(file, small)).isFalse();
      requireSame(file, small);
    }
  }

  @Test
  void aTurnedPhotoIsDecodedFirst() throws IOException {
    byte[] upright = Files.readAllBytes(photo(1000, 1003, false));
    byte[] exif = {
      (byte) 0xff,
      (byte) 0xe1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      6,
      0,
      0,
      0,
      0,
      0,
      0
    };
    byte[] turned = Arrays.copyOf(upright, upright.length + exif.length);
    System.arraycopy(exif, 0, turned, 2, exif.length);
    System.arraycopy(upright, 2, turned, 2 + exif.length, upright.length - 2);
    Path file = Files.write(dir.resolve("turned.jpg"), turned);
    Resizing resizing = new ResizeShortest(249, Interpolation.BICUBIC);
    assertThat(shrinks(file, resizing)).isFalse();
    assertThat(Image.read(file).toString()).isEqualTo("Image[1003 x 1000 x 3]");
    requireSame(file, resizing);
  }

  @Test
  void damagedPhotosAreRefusedAsEver() throws IOException {
    byte[] good = Files.readAllBytes(photo(1000, 1403, false));
    Resizing resizing = new ResizeShortest(249, Interpolation.BICUBIC);
    Path cut = Files.write(dir.resolve("cut.jpg"), Arrays.copyOf(good, good.length / 2));
    assertThat(shrinks(cut, resizing)).isTrue();
    assertThatThrownBy(() -> Image.readResized(cut, resizing, null))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("cut.jpg")
        .hasMessageContaining("truncated JPEG");
    Path noise = dir.resolve("noise.jpg");
    Random random = new Random(2);
    for (int i = 0; i < 40; i++) {
      byte[] bytes = good.clone();
      for (int k = 0; k < 20; k++) {
        bytes[random.nextInt(k < 5 ? 700 : bytes.length)] = (byte) random.nextInt();
      }
      Files.write(noise, bytes);
      requireSameOrRefused(noise, resizing);
    }
  }

  private static void requireSameOrRefused(Path file, Resizing resizing) throws IOException {
    Image expected;
    try {
      expected = resizing.apply(Image.read(file));
    } catch (FormatException e) {
      assertThatThrownBy(() -> Image.readResized(file, resizing, null))
          .isInstanceOf(FormatException.class);
      return;
    }
    assertThat(Arrays.equals(Image.readResized(file, resizing, null).pixels(), expected.pixels()))
        .isTrue();
  }

  @Test
  void aThinPhotoIsTooLargeWhenItsShapeIsKept() throws IOException {
    Path thin = photo(20, 60_000, false);
    Resizing resizing = new ResizeShortest(224, Interpolation.BICUBIC);
    assertThatThrownBy(() -> Image.readResized(thin, resizing, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too thin");
  }
}
