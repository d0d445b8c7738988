package dev.vit4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigitFrameTest {
  /** A seven drawn off the middle of a 200 x 300 sheet. */
  private static Image seven(Color paper, Color ink) {
    BufferedImage sheet = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(paper);
    g.fillRect(0, 0, 300, 200);
    g.setColor(ink);
    g.setStroke(new BasicStroke(8));
    g.drawLine(180, 30, 240, 30);
    g.drawLine(240, 30, 210, 130);
    g.dispose();
    return Image.of(sheet);
  }

  private static int[] box(Image image) {
    int[] box = {99, -1, 99, -1};
    for (int i = 0; i < image.pixels().length; i++) {
      if (image.pixels()[i] != 0) {
        box[0] = Math.min(box[0], i / image.width());
        box[1] = Math.max(box[1], i / image.width());
        box[2] = Math.min(box[2], i % image.width());
        box[3] = Math.max(box[3], i % image.width());
      }
    }
    return box;
  }

  private static double[] centreOfMass(Image image) {
    double mass = 0;
    double y = 0;
    double x = 0;
    for (int i = 0; i < image.pixels().length; i++) {
      int v = image.pixels()[i] & 0xff;
      mass += v;
      int row = i / image.width();
      int column = i % image.width();
      y += v * row;
      x += v * column;
    }
    return new double[] {y / mass, x / mass};
  }

  @Test
  void framesADarkDigitOnLightPaperAsMnist() {
    Image framed = new DigitFrame().apply(seven(Color.WHITE, Color.BLACK));
    assertThat(framed).hasToString("Image[28 x 28 x 1]");
    int[] box = box(framed);
    assertThat(box[1] - box[0] + 1).isEqualTo(20);
    assertThat(box[3] - box[2] + 1).isBetween(12, 14); // 68 of 108 pixels wide
    double[] centre = centreOfMass(framed);
    assertThat(centre[0]).isBetween(13.5, 14.5);
    assertThat(centre[1]).isBetween(13.5, 14.5);
    assertThat(framed.pixels()).contains((byte) 255);
    assertThat(framed.pixels()[0]).isZero();
  }

  @Test
  void lightOnDarkGivesTheSame() {
    Image dark = new DigitFrame().apply(seven(Color.BLACK, Color.WHITE));
    Image light = new DigitFrame().apply(seven(Color.WHITE, Color.BLACK));
    assertThat(Fixtures.difference(dark, light)).isLessThanOrEqualTo(1);
  }

  @Test
  void grainOfThePaperIsNoStroke() {
    Image photo = seven(new Color(200, 195, 180), new Color(60, 60, 90));
    byte[] noisy = photo.pixels().clone();
    Random random = new Random(7);
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = (byte) Math.max(0, Math.min(255, (noisy[i] & 0xff) + random.nextInt(13) - 6));
    }
    Image framed = new DigitFrame().apply(new Image(300, 200, 3, noisy));
    Image clean = new DigitFrame().apply(photo);
    assertThat(box(framed)).isEqualTo(box(clean));
  }

  @Test
  void aFramedDigitStaysAsItIs() {
    Image once = new DigitFrame().apply(seven(Color.WHITE, Color.BLACK));
    Image twice = new DigitFrame().apply(once);
    assertThat(Fixtures.difference(twice, once)).isLessThanOrEqualTo(25);
  }

  @Test
  void blankPaperGivesABlackCanvas() {
    byte[] paper = new byte[50 * 40];
    java.util.Arrays.fill(paper, (byte) 250);
    Image framed = new DigitFrame(32, 24).apply(new Image(50, 40, 1, paper));
    assertThat(framed.pixels()).isEqualTo(new byte[32 * 32]);
  }

  @Test
  void staysOnTheCanvasWhateverTheShape() {
    byte[] dot = new byte[90 * 10];
    dot[450] = 1;
    dot[899] = (byte) 255;
    dot[855] = (byte) 255;
    assertThat(new DigitFrame().apply(new Image(90, 10, 1, dot)).pixels()).contains((byte) 255);
    Image blank = new DigitFrame().apply(new Image(1, 1, 1, new byte[1]));
    assertThat(blank.pixels()).as("one pixel has no strokes").isEqualTo(new byte[28 * 28]);
    assertThatThrownBy(() -> new DigitFrame(20, 28)).hasMessageContaining("box 28");
  }
}
