package dev.vit4j.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Repairs UTF-8 that was read in an encoding with one byte per character: {@code schÃ¶n} becomes
 * {@code schön}. It does what ftfy does for common texts, with rules of its own:
 *
 * <ol>
 *   <li>A sequence is a character that stands for a leading byte of UTF-8 with the characters that
 *       stand for its continuation bytes, such as {@code Ã¶} or {@code â€œ}. It is evidence if it
 *       is unlikely in ordinary text: one of its continuations is neither a letter nor a mark that
 *       may follow a letter (a quotation mark, a dash, …), or it begins with {@code Ã} or {@code
 *       Â}, or it touches another sequence.
 *   <li>If all characters of a line outside of ASCII are sequences in one encoding, and one of them
 *       is evidence, the line is decoded.
 *   <li>Otherwise, each sequence of Windows-1252 that is evidence is decoded where it stands.
 * </ol>
 *
 * Both are repeated, as some text was damaged twice. Unlike ftfy, it does not repair sequences of
 * which bytes were lost, such as {@code Ã} followed by a blank.
 */
final class Mojibake {
  private static final int BYTES = 256;
  private static final int MOST_PASSES = 10;
  private static final String AFTER_LETTERS = "'\"‘’‚“”„‹›«»–—…•·\u00A0\u00AD®™©°ªº¹²³†‡‰";

  /** Of Windows-1252 and of those that ftfy tries after it. */
  private static final List<Mojibake> ENCODINGS =
      Stream.of(
              "windows-1252",
              "windows-1251",
              "windows-1250",
              "windows-1253",
              "windows-1254",
              "windows-1257",
              "ISO-8859-2",
              "x-MacRoman",
              "IBM437")
          .filter(Charset::isSupported)
          .map(Mojibake::new)
          .toList();

  private final boolean latin;
  private final Map<Character, Byte> bytes = new HashMap<>();

  private Mojibake(String name) {
    latin = name.equals("windows-1252");
    Charset charset = Charset.forName(name);
    for (int b = 0x80; b < BYTES; b++) {
      bytes.putIfAbsent((char) b, (byte) b); // what the encoding leaves free, as in browsers
    }
    for (int b = 0x80; b < BYTES; b++) {
      char c = new String(new byte[] {(byte) b}, charset).charAt(0);
      if (c != '\uFFFD') {
        bytes.put(c, (byte) b);
      }
    }
  }

  static String repaired(String text) {
    String now = text;
    for (int pass = 0; pass < MOST_PASSES && !isAscii(now); pass++) {
      String before = now;
      now = once(now);
      if (now.equals(before)) {
        break;
      }
    }
    return now;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static String once(String text) {
    for (Mojibake encoding : ENCODINGS) {
      String whole = encoding.decode(text, true);
      if (whole != null) {
        return whole;
      }
    }
    String parts = ENCODINGS.get(0).decode(text, false);
    return parts == null ? text : parts;
  }

  /**
   * @param whole whether all characters must be sequences
   * @return null if not, or if there is no evidence
   */
  private @Nullable String decode(String text, boolean whole) {
    StringBuilder out = new StringBuilder(text.length());
    boolean evidence = false;
    boolean touches = false; // the sequence before ends here
    for (int i = 0; i < text.length(); ) {
      String sequence = text.charAt(i) < 0x80 ? null : sequenceAt(text, i);
      if (sequence == null) {
        if (whole && text.charAt(i) >= 0x80) {
          return null;
        }
        out.append(text.charAt(i++));
        touches = false;
        continue;
      }
      boolean strong = isEvidence(text, i, sequence.length(), touches);
      String character = strong || whole ? utf8(sequence) : null;
      evidence |= strong;
      out.append(character == null ? sequence : character);
      i += sequence.length();
      touches = true;
    }
    return evidence ? out.toString() : null;
  }

  /** Returns the characters at a place that stand for one character of UTF-8, or null. */
  private @Nullable String sequenceAt(String text, int at) {
    int length = length(byteOf(text.charAt(at)));
    if (length == 0 || text.length() - at < length) {
      return null;
    }
    String sequence = text.substring(at, at + length);
    return utf8(sequence) == null ? null : sequence;
  }

  private int byteOf(char c) {
    Byte b = bytes.get(c);
    return b == null ? -1 : b & 0xFF;
  }

  private static int length(int lead) {
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }

  private @Nullable String utf8(String sequence) {
    byte[] encoded = new byte[sequence.length()];
    for (int i = 0; i < encoded.length; i++) {
      int b = byteOf(sequence.charAt(i));
      if (b < 0) {
        return null;
      }
      encoded[i] = (byte) b;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private boolean isEvidence(String text, int at, int length, boolean touches) {
    char lead = text.charAt(at);
    if (touches || sequenceFollows(text, at + length) || latin && (lead == 'Ã' || lead == 'Â')) {
      return true;
    }
    for (int i = at + 1; i < at + length; i++) {
      char c = text.charAt(i);
      if (!Character.isLetter(c) && AFTER_LETTERS.indexOf(c) < 0) {
        return true;
      }
    }
    return false;
  }

  private boolean sequenceFollows(String text, int at) {
    return at < text.length() && text.charAt(at) >= 0x80 && sequenceAt(text, at) != null;
  }
}
