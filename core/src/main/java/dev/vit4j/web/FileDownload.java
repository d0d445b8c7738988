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
 * One file over HTTP onto the disk. What came before a kill or a lost connection is kept, and the
 * next download goes on from there.
 *
 * @param web who asks
 * @param address of the file
 * @param part the file while it is incomplete; its folder must exist
 * @param size of the whole, in bytes
 * @param checksum of the whole
 */
public record FileDownload(Web web, Address address, Path part, long size, Checksum checksum) {
  private static final int TRIES = 5; // in a row that bring nothing, as huggingface_hub has it
  private static final int PIECE = 1 << 16;
  private static final double MB = 1e6;

  /**
   * Downloads what is missing and checks the whole. Afterwards {@code part} is complete.
   *
   * @throws IOException in words, without the address; {@code part} then holds what has come, or is
   *     gone if its content was wrong
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
        resumed = false; // the bytes that were there may have been another version's
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

  /** The bytes that are there, up to the end. */
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

  /** Sees to it that the answer goes on where the file ends: a server need not know of parts. */
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
          throw new IOException("asked for bytes from %d on, sent '%s'".formatted(done, range));
        }
      }
      case 416 -> {
        file.truncate(0);
        throw new IOException("HTTP status 416: it has no bytes from %d on".formatted(done));
      }
      default -> {
        if (answer.isPassing()) {
          throw new IOException("HTTP status " + answer.status());
        }
        throw new WebException(answer.status());
      }
    }
  }

  /** A full disk is no matter of the web. */
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
