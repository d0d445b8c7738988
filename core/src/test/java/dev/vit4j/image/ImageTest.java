package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ImageTest {
  @Test
  void checksSizesAndLength() {
    assertThatThrownBy(() -> new Image(2, 2, 3, new byte[11])).hasMessageContaining("12 bytes");
    assertThatThrownBy(() -> new Image(0, 2, 3, new byte[0])).hasMessageContaining("0 x 2");
    assertThatThrownBy(() -> new Image(1, 1, 5, new byte[5])).hasMessageContaining("not 5");
    assertThatThrownBy(() -> new Image(65536, 65536, 1, new byte[0]))
        .hasMessageContaining("4294967296");
  }

  @Test
  void greyFollowsPillow() {
    Image rgb = new Image(2, 1, 3, new byte[] {(byte) 255, 0, 0, 10, 20, 30});
    assertThat(rgb.toGrey().pixels()).containsExactly(76, 18);
    assertThat(rgb.toGrey().toRgb().pixels()).containsExactly(76, 76, 76, 18, 18, 18);
  }

  @Test
  void goesThroughJava2dUnchanged() throws IOException {
    for (String name : new String[] {"gray8.png", "rgb8.png"}) {
      Image image = Image.read(Fixtures.path("decode").resolve(name));
      Image back = Image.of(image.toBufferedImage());
      assertThat(back).hasToString(image.toString());
      assertThat(back.pixels()).isEqualTo(image.pixels());
    }
  }

  /** Java reads grey as linear light in getRGB; drawing must not. */
  @Test
  void greyIsDrawnAtItsOwnLevels() {
    byte[] ramp = new byte[256];
    for (int i = 0; i < 256; i++) {
      ramp[i] = (byte) i;
    }
    BufferedImage canvas = new BufferedImage(256, 1, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = canvas.createGraphics();
    graphics.drawImage(new Image(256, 1, 1, ramp).toBufferedImage(), 0, 0, null);
    graphics.dispose();
    assertThat(Image.of(canvas).toGrey().pixels()).isEqualTo(ramp);
  }

  @Test
  void takesEveryKindOfBufferedImage() {
    int[] types = {
      BufferedImage.TYPE_INT_ARGB,
      BufferedImage.TYPE_3BYTE_BGR,
      BufferedImage.TYPE_4BYTE_ABGR,
      BufferedImage.TYPE_INT_BGR,
      BufferedImage.TYPE_INT_ARGB_PRE
    };
    for (int type : types) {
      BufferedImage in = new BufferedImage(3, 2, type);
      in.setRGB(1, 1, 0xffc80a32);
      Image image = Image.of(in);
      assertThat(image.pixels()[12] & 0xff).as("type %d", type).isEqualTo(200);
      assertThat(image.pixels()[13]).isEqualTo((byte) 10);
      assertThat(image.pixels()[14]).isEqualTo((byte) 50);
    }
  }
}
