package dev.vit4j.data.source;

import java.io.File;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Names of files and of archive entries whose bytes are not in the charset that the platform or the
 * format expects. The JDK replaces such bytes by a question mark or U+FFFD, which makes different
 * names equal; here they stay distinct.
 *
 * <p>Bytes that are UTF-8 are read as such, also under the POSIX locale, in which the JDK knows
 * only ASCII. All others are read as code page 437, as Python's {@code zipfile} does.
 */
final class NativeNames {
  private static final char REPLACED = '\uFFFD';

  private NativeNames() {}

  /** Returns whether bytes are valid UTF-8. */
  static boolean isUtf8(byte[] name) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /**
   * Decodes bytes as code page 437. A backslash can be the second half of a character in another
   * charset; it becomes U+FF3C, as it does not separate folders.
   */
  static String cp437(byte[] name) {
    Charset charset =
        Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1;
    return new String(name, charset).replace('\\', '\uFF3C');
  }

  /** Returns the last component of a path on disk. */
  static String of(Path file) {
    String name = String.valueOf(file.getFileName());
    if (name.indexOf(REPLACED) < 0 && name.indexOf('?') < 0) {
      return name;
    }
    String path = file.toAbsolutePath().toUri().getRawPath(); // has every byte that is not ASCII
    String last = path.replaceFirst("/$", "");
    byte[] bytes = unescaped(last.substring(last.lastIndexOf('/') + 1));
    return isUtf8(bytes) ? new String(bytes, StandardCharsets.UTF_8) : cp437(bytes);
  }

  private static byte[] unescaped(String escaped) {
    byte[] bytes = new byte[escaped.length()];
    int length = 0;
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '%') {
        bytes[length++] = (byte) Integer.parseInt(escaped.substring(i + 1, i + 3), 16);
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    return Arrays.copyOf(bytes, length);
  }

  /** Resolves a path with {@code /} against a folder, also if the locale has no such characters. */
  static Path resolve(Path folder, String path) {
    try {
      return folder.resolve(path);
    } catch (InvalidPathException e) {
      StringBuilder escaped = new StringBuilder();
      for (byte b : path.replace(File.separatorChar, '/').getBytes(StandardCharsets.UTF_8)) {
        boolean plain = b > ' ' && b != 0x7f && "%?#[]^`{|}\"<>\\".indexOf(b) < 0;
        escaped.append(plain ? Character.toString(b) : "%%%02X".formatted(b & 0xff));
      }
      String base = path.startsWith("/") ? "file://" : folder.toAbsolutePath().toUri().toString();
      String between = base.endsWith("/") || path.startsWith("/") ? "" : "/";
      try {
        return Path.of(URI.create(base + between + escaped));
      } catch (IllegalArgumentException cannot) {
        throw e;
      }
    }
  }
}
