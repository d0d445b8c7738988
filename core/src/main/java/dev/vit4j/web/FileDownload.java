package dev.vit4j.web;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * Downloads one file over HTTP. Partial data is kept after a kill or a lost connection, and the
 * next download resumes from it.
 *
 * @param web the HTTP client
 * @param address URL of the file
 * @param part path of the file while it is incomplete; its folder must exist
 * @param size size of the complete file in bytes
 * @param checksum checksum of the complete file
 */
public record FileDownload(Web web, Address address, Path part, long size, Checksum checksum) {
  private static final int TRIES =
      5; // consecutive attempts without progress, as in huggingface_hub
  private static final int PIECE = 1 << 16;
  private static final double MB = 1e6;

  /**
   * Downloads the missing bytes and verifies the checksum. Afterwards {@code part} is complete.
   *
   * @throws IOException with a message that does not repeat the URL; {@code part} then holds the
   *     data received so far, or is deleted if its content was wrong
   */
  public void run(DownloadProgress progress) throws IOException {
    long furthest = length();
    requireSpace(size - furthest);
    boolean resumed = furthest > 0;
    int fruitless = 0;
    while (true) {
      try {
        attempt(progress);
        return;
      } catch (WrongContentException e) {
        Files.deleteIfExists(part);
        if (!resumed) {
          throw e;
        }
        resumed = false; // the existing bytes may be of another version
      } catch (WebException | FileSystemException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        long now = length();
        fruitless = now > furthest ? 0 : fruitless + 1;
        furthest = Math.max(furthest, now);
        if (fruitless == TRIES) {
          throw e;
        }
        pause(fruitless);
      }
    }
  }

  private long length() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  private void requireSpace(long bytes) throws IOException {
    long free = Files.getFileStore(part.toAbsolutePath().getParent()).getUsableSpace();
    if (bytes > free) {
      throw new WebException(
          "needs %,.0f MB on the disk of %s, which has %,.0f MB left"
              .formatted(bytes / MB, part.toAbsolutePath().getParent(), free / MB));
    }
  }

  private void pause(int fruitless) throws InterruptedIOException {
    try {
      Thread.sleep(web.pause().toMillis() << fruitless);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching " + address);
    }
  }

  private void attempt(DownloadProgress progress) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (file.size() > size) {
        file.truncate(0);
      }
      MessageDigest digest = checksum.begin(size);
      if (file.size() < size || size == 0) {
        receive(file, digest, progress);
      } else {
        digest(file, digest);
        progress.received(address.uri(), size, size);
      }
      file.force(true);
      checksum.verify(digest);
    }
  }

  /** Adds the existing bytes to the digest. */
  private static void digest(FileChannel file, MessageDigest digest) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    file.position(0);
    while (file.read(piece) >= 0) {
      digest.update(piece.flip());
      piece.clear();
    }
  }

  private void receive(FileChannel file, MessageDigest digest, DownloadProgress progress)
      throws IOException {
    try (Answer answer = web.get(address, file.size())) {
      requirePart(answer, file);
      digest(file, digest);
      progress.received(address.uri(), file.size(), size);
      new Body(address.uri(), answer.body(), file.size(), size, web.patience())
          .pour(
              (piece, length) -> {
                digest.update(piece, 0, length);
                write(file, ByteBuffer.wrap(piece, 0, length));
              },
              progress);
    }
  }

  /** Checks that the response continues at the file's end; servers may ignore range requests. */
  private void requirePart(Answer answer, FileChannel file) throws IOException {
    long done = file.size();
    switch (answer.status()) {
      case 200 -> {
        long length = answer.bytes("Content-Length");
        if (length >= 0 && length != size) {
          throw new WebException("has %d bytes, not the %d expected".formatted(length, size));
        }
        file.truncate(0);
      }
      case 206 -> {
        String range = answer.header("Content-Range").orElse("nothing");
        if (!range.equals("bytes %d-%d/%d".formatted(done, size - 1, size))) {
          file.truncate(0);
          throw new IOException("requested bytes from %d on, received '%s'".formatted(done, range));
        }
      }
      case 416 -> {
        file.truncate(0);
        throw new IOException("HTTP status 416: no bytes from %d on".formatted(done));
      }
      default -> {
        if (answer.isPassing()) {
          throw new IOException("HTTP status " + answer.status());
        }
        throw new WebException(answer.status());
      }
    }
  }

  /** Separates disk errors from network errors. */
  private void write(FileChannel file, ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      FileSystemException disk = new FileSystemException(part.toString(), null, e.getMessage());
      disk.initCause(e);
      throw disk;
    }
  }
}
