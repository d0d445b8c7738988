package dev.vit4j.search;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FileCheck;
import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The list of the segments of an index, {@code index.json}. It is replaced as one file, which is
 * when an index changes from one state to the next.
 *
 * @param format {@link #FORMAT}
 * @param dim length of a vector
 * @param sources the feature files whose vectors the index has, in the order in which they were
 *     added
 * @param segments in the order of their vectors
 */
record IndexManifest(String format, int dim, List<Source> sources, List<Stored> segments) {
  static final String NAME = "index.json";
  static final String FORMAT = "vit4j index 1";
  static final Pattern SEGMENT = Pattern.compile("segment-(\\d{1,9})\\.safetensors");

  private static final long LARGEST = 1 << 26; // bytes of the file

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  IndexManifest {
    sources = List.copyOf(sources);
    segments = List.copyOf(segments);
  }

  /**
   * A feature file that was added.
   *
   * @param file its path then
   * @param fingerprint of its vectors
   * @param count number of vectors
   */
  record Source(String file, String fingerprint, int count) {}

  /**
   * A segment.
   *
   * @param file name in the folder
   * @param count number of vectors
   * @param check of the file
   */
  record Stored(String file, int count, FileCheck check) {}

  /** Number of vectors. */
  long count() {
    return segments.stream().mapToLong(Stored::count).sum();
  }

  /** Returns whether a path is an index. */
  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(NAME));
  }

  /**
   * Reads the list of a folder.
   *
   * @throws FormatException if it is missing or damaged
   */
  static IndexManifest read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    try {
      if (Files.size(file) > LARGEST) {
        throw wrong(file, "is too large");
      }
      return JSON.readValue(Files.readString(file), IndexManifest.class).checked(file);
    } catch (JacksonException e) {
      throw wrong(file, FormatException.words(e));
    } catch (NullPointerException e) {
      throw wrong(file, "a key is missing");
    } catch (NoSuchFileException e) {
      throw new FormatException(
          folder.toString(), -1, "is no index: build one with vit index FEATURES -o " + folder);
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  private IndexManifest checked(Path file) throws FormatException {
    if (!format.equals(FORMAT)) {
      throw wrong(file, "is '%s', not '%s'".formatted(format, FORMAT));
    }
    Set<String> names = new HashSet<>();
    for (Stored stored : segments) {
      if (!SEGMENT.matcher(stored.file()).matches()
          || !names.add(stored.file())
          || stored.count() < 1
          || stored.check().bytes() < 1) {
        throw wrong(file, "segment '%s' is wrong".formatted(stored.file()));
      }
    }
    if (segments.isEmpty() || dim < 1 || count() > Integer.MAX_VALUE) {
      throw wrong(
          file, "%d segments, %d vectors of %d numbers".formatted(segments.size(), count(), dim));
    }
    return this;
  }

  private static FormatException wrong(Path file, String what) {
    return new FormatException(
        file.toString(), -1, what + ": restore the index from a copy, or build it again");
  }

  /** Replaces the list of a folder. */
  void write(Path folder) throws IOException {
    AtomicFile.writeString(
        folder.resolve(NAME),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
  }
}
