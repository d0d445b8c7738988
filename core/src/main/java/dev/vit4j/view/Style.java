package dev.vit4j.view;

import java.awt.Color;
import java.awt.Font;

/** The one look of every image: fonts and colors. Sizes are logical pixels (see {@link Canvas}). */
final class Style {
  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  static final Font TICK = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  static final Color PAPER = Color.WHITE;
  static final Color INK = new Color(0x22, 0x2B, 0x38);
  static final Color SOFT_INK = new Color(0x5F, 0x6B, 0x7A);
  static final Color GRID = new Color(0xE4, 0xE8, 0xED);
  static final Color TRACK = new Color(0xF1, 0xF4, 0xF7);
  static final Color EDGE = new Color(0xC3, 0xCA, 0xD3);
  static final Color MISSING = new Color(0xD9, 0xDB, 0xDE);

  static final Color BLUE = new Color(0x2B, 0x6C, 0xB0);
  static final Color ORANGE = new Color(0xDD, 0x7A, 0x1E);
  static final Color PURPLE = new Color(0x6B, 0x5B, 0xB5);
  static final Color PALE_BLUE = new Color(0xA9, 0xC6, 0xE3);
  static final Color GREEN = new Color(0x2E, 0x9E, 0x5B);
  static final Color RED = new Color(0xD1, 0x3B, 0x3B);

  static final int MARGIN = 20;

  private Style() {}
}
