package dev.vit4j.data;

import dev.vit4j.format.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The contents of the images of a data set that were decoded without an error, kept in a file so
 * that the next training need not decode them again. Dates and names are not trusted.
 *
 * <p>The file has the ASCII bytes of {@code vit4j decoded 1}, then 16 bytes for each image, the
 * start of the SHA-256 of its file in no order, then the SHA-256 of all bytes before. A file of
 * another length or sum is not used.
 */
final class DecodedImages {
  /** Increment the number when decoding becomes stricter. */
  private static final byte[] HEAD = "vit4j decoded 1".getBytes(StandardCharsets.US_ASCII);

  private static final int ENTRY = 2 * Long.BYTES;
  private static final int SUM = 32;

  private final Path file;
  private final Consumer<String> notes;
  private final Set<UUID> before;
  private final Set<UUID> now = ConcurrentHashMap.newKeySet();

  private DecodedImages(Path file, Consumer<String> notes, Set<UUID> before) {
    this.file = file;
    this.notes = notes;
    this.before = before;
  }

  /**
   * Reads the file of a data set, which depends on its location.
   *
   * @param folder folder of all such files
   * @param notes receives a line if {@link #save} fails
   */
  static DecodedImages of(Path folder, Dataset data, Consumer<String> notes) {
    byte[] place = (data.root() + "\n" + data.name()).getBytes(StandardCharsets.UTF_8);
    String name = HexFormat.of().formatHex(sha256().digest(place)).substring(0, SUM);
    Path file = folder.resolve(name);
    return new DecodedImages(file, notes, read(file));
  }

  private static Set<UUID> read(Path file) {
    Set<UUID> found = ConcurrentHashMap.newKeySet();
    byte[] bytes;
    try {
      bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      return found; // decoding again is no harm
    }
    int end = bytes.length - SUM;
    if (end < HEAD.length
        || (end - HEAD.length) % ENTRY != 0
        || !Arrays.equals(bytes, 0, HEAD.length, HEAD, 0, HEAD.length)
        || !Arrays.equals(
            sha256().digest(Arrays.copyOf(bytes, end)),
            Arrays.copyOfRange(bytes, end, bytes.length))) {
      return found;
    }
    ByteBuffer entries = ByteBuffer.wrap(bytes, HEAD.length, end - HEAD.length);
    while (entries.hasRemaining()) {
      found.add(new UUID(entries.getLong(), entries.getLong()));
    }
    return found;
  }

  /** Returns whether nothing is known. */
  boolean isEmpty() {
    return before.isEmpty();
  }

  /** Returns whether a file of this content was decoded before; if so, it is kept. */
  boolean contains(byte[] encoded) {
    UUID entry = entry(encoded);
    if (before.contains(entry)) {
      now.add(entry);
    }
    return now.contains(entry);
  }

  /** Adds the content of a file that was decoded. */
  void add(byte[] encoded) {
    now.add(entry(encoded));
  }

  /** Writes the file if there is something new; a failure is a note. */
  void save() {
    if (before.containsAll(now)) {
      return;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.addExact(HEAD.length + SUM, Math.multiplyExact(now.size(), ENTRY)))
            .put(HEAD);
    now.forEach(
        entry ->
            bytes.putLong(entry.getMostSignificantBits()).putLong(entry.getLeastSignificantBits()));
    MessageDigest sum = sha256();
    sum.update(bytes.array(), 0, bytes.position());
    bytes.put(sum.digest());
    try {
      Files.createDirectories(file.getParent());
      AtomicFile.write(file, out -> out.write(bytes.array()));
    } catch (IOException e) {
      notes.accept("decoded images could not be remembered: " + e.getMessage());
    }
  }

  private static UUID entry(byte[] encoded) {
    ByteBuffer digest = ByteBuffer.wrap(sha256().digest(encoded));
    return new UUID(digest.getLong(), digest.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
