package dev.vit4j.infer;

import dev.vit4j.image.Image;
import dev.vit4j.image.MaskEncoder;
import dev.vit4j.image.Palette;
import dev.vit4j.view.MaskSheet;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The drawings of results with a class per pixel, at the size of the image: {@code plot}, the image
 * beside its mask, and {@code masks}.
 *
 * @param <A> type of the result for one image
 */
record MaskDrawings<A>(List<String> classes, PixelJudge.ToMask<A> toMask) {
  /** Returns the drawings by the name of their option. */
  Map<String, Answering.Drawing<A>> all() {
    Map<String, Answering.Drawing<A>> drawings = new LinkedHashMap<>();
    drawings.put("plot", this::overlay);
    drawings.put(
        "masks",
        new Answering.Drawing<>() {
          @Override
          public BufferedImage of(Image picture, A answer) {
            return MaskEncoder.toBufferedImage(mask(picture, answer), palette());
          }

          @Override
          public boolean isNumbered() {
            return false;
          }
        });
    return drawings;
  }

  private Image mask(Image picture, A answer) {
    return toMask.of(answer, picture.height(), picture.width());
  }

  private Palette palette() {
    return Palette.forClasses(classes);
  }

  private BufferedImage overlay(Image picture, A answer) {
    MaskSheet sheet = new MaskSheet(classes, palette());
    sheet.add(picture, null, mask(picture, answer), "");
    return sheet.draw("", 1);
  }
}
